"""Has libraries write, listen and log for it: databases, loggers, archives, dumps, profilers and browsers."""

import cProfile
import faulthandler
import ftplib
import logging.handlers
import mailbox
import shelve
import smtplib
import sqlite3
import sys
import webbrowser
import xmlrpc.client
import zipfile

import numpy as np


def attempts():
    yield "sqlite", lambda: sqlite3.connect("/tmp/hostile.db").execute("create table t(x)")
    yield "attach", lambda: sqlite3.connect(":memory:").execute("attach '/tmp/hostile-2.db' as other")
    yield "shelve", lambda: shelve.open("/tmp/hostile-shelf")
    yield "logging", lambda: logging.FileHandler("/tmp/hostile.log")
    yield "syslog", lambda: logging.handlers.SysLogHandler("/dev/log")
    yield "udp log", lambda: logging.handlers.DatagramHandler("127.0.0.1", 47612).send(b"hostile")
    yield "zip", lambda: zipfile.ZipFile("/tmp/hostile.zip", "w")
    yield "mailbox", lambda: mailbox.mbox("/tmp/hostile-mail").add("hostile")
    yield "profile", lambda: cProfile.Profile().dump_stats("/tmp/hostile.prof")
    yield "fault", lambda: faulthandler.enable(4)
    yield "save", lambda: np.save("/tmp/hostile.npy", np.zeros(1))
    yield "memmap", lambda: np.memmap("/tmp/hostile.map", mode="w+", shape=1)
    yield "load", lambda: np.fromfile("/etc/passwd", "u1").tobytes()
    yield "pickle", lambda: np.load("/proc/self/environ", allow_pickle=True)
    yield "text", lambda: np.genfromtxt("/etc/passwd", "U50", delimiter=chr(10))
    yield "smtp", lambda: smtplib.SMTP("127.0.0.1", 47611, timeout=0.2)
    yield "ftp", lambda: ftplib.FTP("127.0.0.1", timeout=0.2)
    yield "xml-rpc", lambda: xmlrpc.client.ServerProxy("http://127.0.0.1:47611").hostile()
    yield "browser", lambda: webbrowser.open("http://127.0.0.1:47611/hostile")
    yield "breakpoint", lambda: sys.breakpointhook()
    yield "input", lambda: input("hostile? ")


def report():
    lines = []
    for name, attempt in attempts():
        try:
            got = attempt()
        except BaseException as error:
            got = type(error).__name__
        lines.append(f"{name}: {got!r:.400}")
        print(lines[-1])
    return "\n".join(lines)


report()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise RuntimeError(report())
