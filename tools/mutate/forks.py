"""Work in forked children, a few at a time. A child that dies has given an answer too: its exit status."""

from __future__ import annotations

import os
import selectors
import signal
import traceback
from collections.abc import Callable, Generator, Iterable
from typing import NamedTuple, TypeVar

Key = TypeVar("Key")


class Answer(NamedTuple):
    """said: what the child's work returned, empty if it died. status: as os.waitstatus_to_exitcode, negative for a signal."""

    said: str
    status: int


def start(work: Callable[[], str]) -> tuple[int, int]:
    """Fork a child that does the work; (process, descriptor that its answer can be read from)."""
    read_end, write_end = os.pipe()
    process = os.fork()
    if process:
        os.close(write_end)
        return process, read_end
    try:
        os.close(read_end)
        spoken = os.dup(2)
        # What the work prints is of no interest; why it could not be done is.
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        try:
            said = work().encode()
        except BaseException:
            os.write(spoken, traceback.format_exc().encode())
            raise
        while said:
            said = said[os.write(write_end, said) :]
        os._exit(0)
    finally:
        # Not the way out that the parent would take: its buffers and its clean-up are its own.
        os._exit(1)


def drain(descriptor: int) -> str:
    """All that a child says until its end."""
    parts = []
    while part := os.read(descriptor, 65_536):
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts).decode()


def run(
    tasks: Iterable[tuple[Key, Callable[[], str]]], jobs: int
) -> Generator[tuple[Key, Answer]]:
    """Do every task in a child of its own, `jobs` at a time, and give the answers as they come.

    A task is taken from `tasks` only when a child can have it, so that it may depend on the answers so far. Children that are still
    at work when the caller turns away are ended.
    """
    waiting = iter(tasks)
    running: dict[int, tuple[int, Key]] = {}
    with selectors.DefaultSelector() as ready:
        try:
            while True:
                while len(running) < jobs and (task := next(waiting, None)):
                    process, descriptor = start(task[1])
                    running[descriptor] = (process, task[0])
                    ready.register(descriptor, selectors.EVENT_READ)
                if not running:
                    return
                for key, _ in ready.select():
                    ready.unregister(key.fd)
                    process, name = running[key.fd]
                    said = drain(key.fd)
                    del running[key.fd]
                    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
                    yield name, Answer(said, status)
        finally:
            for descriptor, (process, _) in running.items():
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                os.close(descriptor)
