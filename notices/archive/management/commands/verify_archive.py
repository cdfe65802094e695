"""manage.py verify_archive FILE: a package checked by the same module that lies in it as verify.py; exit code 1 with faults."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notices.archive.packages import verify


class Command(BaseCommand):
    """Check a package."""

    help = (
        "Checks an archive package, a ZIP file or an unpacked folder, against its manifests and its ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print what the script prints, or the same as JSON."""
        try:
            found = verify.verify(options["file"])
        except (verify.Unreadable, OSError) as error:
            raise CommandError(f"读不懂，不能核对：{error}", returncode=2) from None
        if options["format"] == "json":
            faults = [{"kind": kind, "position": place, "text": text} for kind, place, text in found.faults]
            report = {"file": options["file"], "faults": faults, "lines": found.lines}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self.stdout.write(verify.report(options["file"], found))
        if found.faults:
            sys.exit(1)
