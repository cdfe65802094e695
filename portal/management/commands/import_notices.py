"""manage.py import_notices FILE…: read notices from plain text and write drafts."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.calendars import current_calendar
from notices.importer.parser import parse_page
from notices.importer.reader import UnreadableFileError, read_text
from notices.importer.report import notice_report
from notices.importer.service import can_be_drafted, write_draft


class Command(BaseCommand):
    """Read each file, report what was found and what the rules say, and write drafts unless told not to."""

    help = "Reads EIA notices from plain-text files and writes them as drafts; never publishes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Process the files; an unreadable one is reported and the others go on."""
        calendar, today = current_calendar(), timezone.localdate()
        reports: list[dict[str, Any]] = []
        failures: list[str] = []
        for source in options["files"]:
            try:
                text = read_text(Path(source))
            except UnreadableFileError as error:
                failures.append(f"{source}：{error}")
                continue
            for parsed in parse_page(text):
                report = notice_report(parsed, source=source, on=today, calendar=calendar)
                if not options["dry_run"] and can_be_drafted(parsed):
                    draft = write_draft(parsed=parsed)
                    report["draft"] = {"code": draft.page.record.code, "created": draft.created}
                reports.append(report)
        if options["format"] == "json":
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=1))
        else:
            for report in reports:
                self._print(report)
        for failure in failures:
            self.stderr.write(failure)
        if failures:
            raise CommandError(f"{len(failures)} 个文件无法读取。")

    def _print(self, report: dict[str, Any]) -> None:
        self.stdout.write(f"{report['source']}：{report['kind']} {report['project_name'] or ''}")
        for finding in report["findings"]:
            self.stdout.write(f"  {finding['rule']} {finding['level']} {finding['message']}")
        if "draft" in report:
            state = "已写成草稿" if report["draft"]["created"] else "草稿已存在"
            self.stdout.write(f"  {state}，公示码 {report['draft']['code']}")
