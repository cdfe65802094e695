"""manage.py clock: run the periodic jobs; `serve` does the same beside the web server."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.backups.unfinished import refuse_unfinished
from portal.clock import JOBS, Clock, run_forever


class Command(BaseCommand):
    """Run the table of periodic jobs."""

    help = "Runs the periodic jobs until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--once", action="store_true", help="run each job once, then end")
        parser.add_argument("--list", action="store_true", dest="show", help="print the table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, run once, or print."""
        if options["show"]:
            for job in JOBS:
                self.stdout.write(f"{job.name}  {job.every:g} s  {job.path}")
            return
        refuse_unfinished()
        if options["once"]:
            missing = {job.name for job in JOBS} - set(Clock().run_due())
            if missing:
                raise CommandError(f"定期任务失败：{'、'.join(sorted(missing))}。原因见日志。")
        else:
            try:
                run_forever()
            except KeyboardInterrupt:
                return
