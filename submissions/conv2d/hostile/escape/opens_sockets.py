"""Sends what it knows to the network: TCP, UDP, unix sockets by path and by name, and every other family."""

import asyncio
import os
import socket
import urllib.request

WORDS = f"hostile {os.getpid()}".encode()


def send(family, kind, protocol, address):
    with socket.socket(family, kind, protocol) as one:
        one.settimeout(0.2)
        if kind == socket.SOCK_STREAM:
            one.connect(address)
            one.sendall(WORDS)
        else:
            one.sendto(WORDS, address)
        return "sent"


def bind(family, kind, address):
    with socket.socket(family, kind) as one:
        one.bind(address)
        return "bound"


async def asynchronous():
    reader, writer = await asyncio.open_connection("127.0.0.1", 47611)
    writer.write(WORDS)


def attempts():
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    yield "tcp", lambda: send(socket.AF_INET, stream, 0, ("127.0.0.1", 47611))
    yield "tcp6", lambda: send(socket.AF_INET6, stream, 0, ("::1", 47611))
    yield "udp", lambda: send(socket.AF_INET, datagram, 0, ("127.0.0.1", 47612))
    yield "fast open", lambda: socket.socket().sendto(WORDS, socket.MSG_FASTOPEN, ("127.0.0.1", 47611))
    yield "mptcp", lambda: send(socket.AF_INET, stream, 262, ("127.0.0.1", 47611))
    yield "sctp", lambda: send(socket.AF_INET, stream, 132, ("127.0.0.1", 47611))
    yield "raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    yield "packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)
    yield "unix path", lambda: send(socket.AF_UNIX, stream, 0, "/tmp/hostile.sock")
    yield "unix datagram", lambda: send(socket.AF_UNIX, datagram, 0, "/tmp/hostile-datagram.sock")
    yield "abstract", lambda: send(socket.AF_UNIX, stream, 0, "\0hostile")
    yield "abstract datagram", lambda: send(socket.AF_UNIX, datagram, 0, "\0hostile-datagram")
    yield "bind", lambda: bind(socket.AF_INET, stream, ("0.0.0.0", 0))
    yield "bind unix", lambda: bind(socket.AF_UNIX, stream, "/tmp/hostile-bound.sock")
    for family in range(46):
        for kind in (1, 2, 3, 5):
            yield f"family {family}/{kind}", lambda: socket.socket(family, kind)
    yield "pair", socket.socketpair
    yield "asyncio", lambda: asyncio.run(asynchronous())
    yield "http", lambda: urllib.request.urlopen("http://127.0.0.1:47611/hostile", timeout=0.2).read()
    yield "dns", lambda: socket.getaddrinfo("hostile.invalid", 80)


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
