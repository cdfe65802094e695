"""Make the notice archives that are missing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.archive.services import make_missing_archives
from notices.printing import PrintingUnavailable


class Command(BaseCommand):
    """Makes what the background worker could not; running it again does nothing."""

    help = "补做缺少的公示存档（PDF/A）；已有的不重做，文件丢失的按原样恢复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer one notice by its code."""
        parser.add_argument("--code", default="", help="只处理这个公示码的公示")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line an archive, and fail when any could not be made."""
        try:
            report = make_missing_archives(now=timezone.now(), code=options["code"])
        except PrintingUnavailable as error:
            raise CommandError(str(error)) from error
        for row in report.made:
            self.stdout.write(f"{row.notice.record.code} 第{row.version}版 {row.sha256}")
        if report.failed:
            raise CommandError("\n".join(f"{code} 未能存档：{reason}" for code, reason in report.failed))
        self.stdout.write(f"新做存档 {len(report.made)} 份。")
