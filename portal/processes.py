"""A supervisor of child processes: forks them, restarts those that die, leaves none behind.

Linux only (parent-death signal, sigtimedwait). The parent must be single-threaded and hold no database connection
when it starts, because every child is a plain fork of it: Django is imported once for all of them.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

logger = logging.getLogger(__name__)

STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
WATCHED = STOP_SIGNALS | {signal.SIGCHLD}
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True)
class Program:
    """What one child does; `run` returns only when the child is done."""

    name: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Patience:
    """Waiting times, in seconds."""

    # The first restart waits `restart`, each further one twice as long, up to `restart_longest`.
    restart: float = 1.0
    restart_longest: float = 30.0
    # A child that lived this long starts again without a history.
    healthy: float = 60.0
    # What children get to finish what they do before they are killed. Tasks are idempotent and are queued again.
    stop: float = 8.0


@dataclass
class _Child:
    program: Program
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    restart_at: float = field(default=0.0)


class Supervisor:
    """Keeps one process per program running until a stop signal arrives."""

    def __init__(self, programs: Iterable[Program], patience: Patience | None = None) -> None:
        self._children = [_Child(program) for program in programs]
        self._patience = patience or Patience()

    def run(self) -> int:
        """Start everything, keep it running, stop it all on SIGINT, SIGTERM or SIGHUP; return 0."""
        # Blocked and waited for instead of handled: nothing can interrupt the code between fork and bookkeeping.
        previous = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            self._watch()
        finally:
            self._stop_all()
            signal.pthread_sigmask(signal.SIG_SETMASK, previous)
        return 0

    def _watch(self) -> None:
        while True:
            now = time.monotonic()
            for child in self._children:
                if not child.pid and child.restart_at <= now:
                    self._start(child)
            received = signal.sigtimedwait(WATCHED, self._seconds_to_next_start())
            if received is not None and received.si_signo in STOP_SIGNALS:
                return
            self._reap()

    def _seconds_to_next_start(self) -> float:
        waiting = [child.restart_at for child in self._children if not child.pid]
        # The upper bound matters only for a lost SIGCHLD.
        return min([5.0, *(max(0.0, at - time.monotonic()) for at in waiting)])

    def _start(self, child: _Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become(child.program, supervisor)
        child.pid, child.started = pid, time.monotonic()
        # Also done by the child; whoever comes first, no later killpg can miss the group.
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._note_death(child, os.waitstatus_to_exitcode(status))

    def _note_death(self, child: _Child, code: int) -> None:
        # What the dead process started itself (web workers) must not outlive it.
        _kill_group(child.pid, signal.SIGKILL)
        now = time.monotonic()
        patience = self._patience
        child.failures = 1 if now - child.started >= patience.healthy else child.failures + 1
        wait = min(patience.restart * 2 ** (child.failures - 1), patience.restart_longest)
        child.pid, child.restart_at = 0, now + wait
        logger.warning("%s ended with code %s; starting it again in %g s", child.program.name, code, wait)

    def _stop_all(self) -> None:
        deadline = time.monotonic() + self._patience.stop
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        while any(child.pid for child in self._children):
            left = deadline - time.monotonic()
            received = signal.sigtimedwait(WATCHED, max(0.05, min(left, 0.5)))
            # A second Ctrl-C is impatience; a second SIGTERM is only make passing on what the group got already.
            if left <= 0 or (received is not None and received.si_signo == signal.SIGINT):
                self._kill_all()
            self._forget_ended()

    def _kill_all(self) -> None:
        for child in self._children:
            if child.pid:
                _kill_group(child.pid, signal.SIGKILL)

    def _forget_ended(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                _kill_group(child.pid, signal.SIGKILL)
                child.pid = 0


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when `parent` (a process id) dies, in whatever way it dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:
        # It was gone before the request.
        os._exit(1)


def _become(program: Program, supervisor: int) -> NoReturn:
    """Run a program in the freshly forked child and leave without the parent's clean-up code."""
    code = 1
    try:
        # Its own group: Ctrl-C reaches the supervisor alone, which then stops the children in order.
        os.setpgid(0, 0)
        die_with_parent(supervisor)
        for number in WATCHED:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        program.run()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _kill_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
