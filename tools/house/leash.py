"""Becomes another program that ends when its parent does: `python -m tools.house.leash PARENT_PID PROGRAM [ARGUMENT …]`.

Linux sends SIGTERM to this process when the parent dies, also if the parent was killed outright; the wish survives exec.
Elsewhere the program is started all the same, without that.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie(parent_pid: int) -> None:
    """Ask for SIGTERM at the parent's death; exit at once if it is dead already."""
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent_pid:
        sys.exit(1)


def main() -> None:
    tie(int(sys.argv[1]))
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        sys.exit(f"{sys.argv[2]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    main()
