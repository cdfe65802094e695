"""What `manage.py serve` runs: the listening socket, the web server, the task workers and the clock."""

from __future__ import annotations

import errno
import fcntl
import logging
import socket
import sys
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from portal.clock import run_forever
from portal.processes import Program, die_with_parent
from portal.worker import PortalWorker, work

WEB_PROCESSES = 2
WEB_THREADS = 4
# Seconds. A thread that holds a notice's chain gets the interpreter back ten times sooner than by Python's default, so that
# it waits less for pages that others render; measured under overload, it halves how long a chain is held.
WEB_SWITCH_INTERVAL = 0.0005
# One process a queue: a long archive must not keep a receipt or a search index waiting.
WORKER_QUEUES = ("index", "quick,default", "heavy")


class AddressInUse(Exception):
    """Another program listens on the address."""


class DataFolderInUse(Exception):
    """Another `serve` runs on the same data folder."""


def reserve_address(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, not yet listening: callers are refused until the portal is set up.

    Raises AddressInUse, and OSError for an address this machine does not have.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse from error
        raise
    return listener


def listen(listener: socket.socket) -> None:
    """Begin to take connections; raises AddressInUse if somebody else did so since the address was reserved."""
    try:
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse from error
        raise


def lock_data_folder(folder: Path) -> IO[str]:
    """Return the open lock file of a data folder, held until it is closed or the process ends.

    Two supervisors on one folder would run two clocks and two sets of workers. Raises DataFolderInUse.
    """
    lock = (folder / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise DataFolderInUse from error
    return lock


def programs(listener: socket.socket) -> list[Program]:
    """Return everything that runs beside each other in one installation."""
    return [
        Program("web", lambda: WebServer(listener).run()),
        *worker_programs(),
        Program("clock", run_forever),
    ]


def worker_programs() -> list[Program]:
    """Return the workers of one installation, one for each queue."""
    return [Program(f"worker {queues}", partial(_work, queues)) for queues in WORKER_QUEUES]


class ServerLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own log, written like every other and its addresses without their queries."""

    def setup(self, cfg: Any) -> None:
        """Leave the writing to the portal's handler: one format, and no values in it."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write an error of the server."""
        paths = (part.partition("?")[0] if isinstance(part, str) else part for part in args)
        super().exception(msg, *paths, **kwargs)


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn on an inherited listening socket, with the portal loaded before its processes are forked."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        values: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": WEB_PROCESSES,
            "worker_class": "gthread",
            "threads": WEB_THREADS,
            "preload_app": True,
            "post_fork": _begin_web_process,
            "proc_name": "portal-web",
            # Uploads of 300 MB over a county's line take their time.
            "timeout": 120,
            "graceful_timeout": 5,
            "control_socket_disable": True,
            "loglevel": "warning",
            # No access log: what staff type into a search box stands in the address.
            "accesslog": None,
            "logger_class": ServerLogger,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        return get_wsgi_application()


def _begin_web_process(arbiter: Any, worker: Any) -> None:
    die_with_parent(arbiter.pid)
    sys.setswitchinterval(WEB_SWITCH_INTERVAL)


def _work(queues: str) -> None:
    """Run the tasks of some queues."""
    for name in ("django_tasks", "django_tasks_db"):
        logging.getLogger(name).addFilter(_is_noteworthy)
    work(PortalWorker(queues))


def _is_noteworthy(record: logging.LogRecord) -> bool:
    # The worker raises its own level to INFO and warns of every ordinary stop.
    return record.levelno >= logging.WARNING and not record.getMessage().startswith("Received ")
