"""The kernel's own filter on system calls, as bubblewrap takes it: no new processes or threads, no new namespaces.

A limit on the number of processes is none for root, and counts all of a user's. This filter is for each process. An unknown
processor has no filter, and then there is no sandbox.
"""

from __future__ import annotations

import platform
import struct

PERMISSION, NO_SUCH_CALL = 1, 38
"""EPERM; and ENOSYS, which makes the C library try the older call, that is refused with EPERM."""
_CALLS = {
    # AUDIT_ARCH, then numbers of clone, fork, vfork, unshare, setns, mount, ptrace, bpf, userfaultfd, io_uring_setup, keyctl
    "x86_64": (0xC000003E, (56, 57, 58, 272, 308, 165, 101, 321, 323, 425, 250)),
    "aarch64": (0xC00000B7, (220, 97, 268, 40, 117, 280, 282, 425, 219)),
}
CLONE3 = 435
X32 = 0x40000000
"""Calls of x86-64's other numbering begin here."""
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
KILL, ERROR, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000


def refused_calls(machine: str | None = None) -> bytes | None:
    """The filter for a processor, `struct sock_filter` one after the other; None where its numbers are not known here."""
    machine = platform.machine() if machine is None else machine
    if machine not in _CALLS:
        return None
    architecture, calls = _CALLS[machine]
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    lines += _refused(AT_LEAST, X32, PERMISSION) if machine == "x86_64" else []
    lines += _refused(EQUAL, CLONE3, NO_SUCH_CALL)
    for number in calls:
        lines += _refused(EQUAL, number, PERMISSION)
    lines.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _refused(test: int, number: int, error: int) -> list[tuple[int, int, int, int]]:
    """If the call passes the test, answer with an error; else go on."""
    return [(test, 0, 1, number), (RETURN, 0, 0, ERROR | error)]
