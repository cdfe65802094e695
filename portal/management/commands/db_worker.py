"""manage.py db_worker: the portal's own worker under the name that the task library's manual gives; `serve` runs the same."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django_tasks_db.management.commands.db_worker import Command as WorkerCommand

from portal.backups.unfinished import refuse_unfinished
from portal.processes import Supervisor
from portal.serving import worker_programs
from portal.worker import PortalWorker, work


class Command(WorkerCommand):  # type: ignore[misc]
    """Run background tasks, through locked databases and failures."""

    help = (
        "Runs background tasks until it is stopped: one process a queue, so that a long volume delays no other queue. "
        "With --queue-name one process works the queues named, separated by commas, or all of them (*)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the library's arguments, with defaults of our own."""
        super().add_arguments(parser)
        parser.set_defaults(queue_name="", reload=False, worker_id=None)

    def handle(self, **options: Any) -> None:
        """Refuse beside a restoration and what cannot be had; else work."""
        refuse_unfinished()
        if options["worker_id"]:
            raise CommandError(
                "--worker-id：平台自己给处理进程命名，才能看出它是否还在。请去掉这个参数再运行。"
            )
        if options["reload"]:
            raise CommandError("--reload：请去掉这个参数，改完代码后重新启动。")
        queues, excluded = options["queue_name"] or "*", options["exclude_queues"] or ""
        if excluded and queues != "*":
            raise CommandError("--exclude-queues 只能和 --queue-name '*' 一起用。")
        self.configure_logging(options["verbosity"])
        if not (options["queue_name"] or excluded or options["batch"] or options["max_tasks"]):
            # Children are forks: they must not inherit an open connection.
            connections.close_all()
            sys.exit(Supervisor(worker_programs()).run())
        worker = PortalWorker(
            queues,
            excluded=excluded,
            batch=options["batch"],
            interval=options["interval"],
            max_tasks=options["max_tasks"],
            backend_name=options["backend_name"],
        )
        work(worker)
