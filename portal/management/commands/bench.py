"""manage.py bench [NAME…]: run the benchmarks, print a table, write bench.json under the data folder."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.figures import Figure, benchmark, benchmark_names, read, table, write


class Command(BaseCommand):
    """Run benchmarks, each in a process and with a data folder of its own."""

    help = "Runs the benchmarks (all, or those named) and writes bench.json under the data folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument(
            "--write-to", type=Path, help="run one benchmark here and write its figures to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report."""
        known = benchmark_names()
        names = options["names"] or known
        if unknown := sorted(set(names) - set(known)):
            raise CommandError(f"没有这个基准测试：{'、'.join(unknown)}。可用：{'、'.join(known)}。")
        if options["write_to"]:
            _run_here(names[0], options["write_to"])
            return
        figures: list[Figure] = []
        for name in names:
            self.stderr.write(f"{name} …")
            figures += _run_apart(name)
        target = settings.DATA_DIR / "bench.json"
        write(target, figures)
        self.stdout.write(table(figures))
        self.stdout.write(f"\n{target}")


def _run_apart(name: str) -> list[Figure]:
    # On the disk of the real data: what is measured includes its fsync.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=settings.DATA_DIR) as scratch:
        output = Path(scratch) / "figures.json"
        command = [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "bench",
            name,
            "--write-to",
            str(output),
        ]
        done = subprocess.run(command, env={**os.environ, "PORTAL_DATA": scratch}, check=False)
        if done.returncode != 0:
            raise CommandError(f"基准测试 {name} 失败，退出码 {done.returncode}。")
        return read(output)


def _run_here(name: str, output: Path) -> None:
    module = benchmark(name)
    if getattr(module, "NEEDS_INSTALLATION", False):
        for alias in settings.DATABASES:
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        call_command("bootstrap_portal", stdout=sys.stderr)
    write(output, module.run())
