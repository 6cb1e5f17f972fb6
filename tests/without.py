"""Run a command on a kernel that seems to lack something.

A real seccomp filter answers some system calls as a kernel without the feature would,
for the command and all that it starts. Usage: `python without.py FEATURE COMMAND…`.
"""

import errno
import os
import sys
from typing import Any

import pyseccomp

_SECCOMP, _NO_NEW_PRIVS = 22, 38  # of prctl(2)


def main(feature: str, *command: str) -> None:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    if os.geteuid() == 0:
        # Else the command would have given up gaining privileges from the start.
        rules.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    for action, name, *arguments in _RULES[feature]:
        rules.add_rule(action, name, *arguments)
    rules.load()
    os.execvp(command[0], command)


def _prctl(option: int) -> tuple[Any, ...]:
    is_it = pyseccomp.Arg(0, pyseccomp.EQ, option)
    return pyseccomp.ERRNO(errno.EINVAL), "prctl", is_it


_LACKS = pyseccomp.ERRNO(errno.ENOSYS)
_DENIED = pyseccomp.ERRNO(errno.EPERM)
_RULES: dict[str, list[tuple[Any, ...]]] = {
    "landlock": [(_LACKS, "landlock_create_ruleset")],
    "seccomp": [(_LACKS, "seccomp"), _prctl(_SECCOMP)],
    "no_new_privs": [_prctl(_NO_NEW_PRIVS)],
    "rlimits": [
        (_DENIED, "setrlimit"),
        (_DENIED, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0)),
    ],
    "separate_user": [(_DENIED, "setresuid"), (_DENIED, "setresgid")],
}

if __name__ == "__main__":
    main(*sys.argv[1:])
