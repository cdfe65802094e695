"""manage.py import_calendar FILE: enter a holiday schedule from JSON and count the running windows again."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from notices.calendar_files import MAX_BYTES, ScheduleFile, read_schedule
from notices.calendar_services import (
    AddedCalendar,
    WindowEffect,
    add_calendar,
    recompute_windows,
    window_effects,
)


def iso_date(text: str) -> date:
    """Return the date, or say how to write one."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}：日期写作 2026-11-04。") from error


class Command(BaseCommand):
    """Read the file, check it, enter it, and say which windows change."""

    help = "Enters a holiday schedule from a JSON file (own layout or that of holiday-cn); windows only ever end later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
        parser.add_argument("--source", default="", help="source document, when the file does not name it")
        parser.add_argument(
            "--issued-on", type=iso_date, metavar="DATE", help="its date, when the file has none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the schedule, or show its effects and take everything back."""
        schedule = self._read(options["file"])
        issued_on = options["issued_on"] or schedule.issued_on
        if issued_on is None:
            raise CommandError("文件里没有发布日期，请加 --issued-on，例如 --issued-on 2026-11-04。")
        now = timezone.now()
        try:
            with transaction.atomic():
                added = add_calendar(
                    year=schedule.year,
                    off_days=schedule.off_days,
                    makeup_days=schedule.makeup_days,
                    source=options["source"] or schedule.source,
                    issued_on=issued_on,
                    user=None,
                    now=now,
                )
                effects = window_effects(today=timezone.localdate(now))
                transaction.set_rollback(options["dry_run"])
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self._report(added, effects, dry_run=options["dry_run"])
        if not options["dry_run"]:
            # What the background task would do, so that the command ends with it done.
            failed = recompute_windows(now=now).failed
            if failed:
                raise CommandError(f"公示 {'、'.join(failed)} 没有重算成功，原因见日志；平台每小时会再试。")

    def _read(self, name: str) -> ScheduleFile:
        try:
            with Path(name).open("rb") as file:
                return read_schedule(file.read(MAX_BYTES + 1))
        except OSError as error:
            raise CommandError(f"无法读取 {name}（{error.strerror}）。") from error
        except ValidationError as error:
            raise CommandError(f"{name}：{'；'.join(error.messages)}") from error

    def _report(self, added: AddedCalendar, effects: list[WindowEffect], *, dry_run: bool) -> None:
        record = added.record
        state = "试算，没有写入" if dry_run else "已登记" if added.created else "此前已登记，没有重复写入"
        self.stdout.write(
            f"{record.year} 年放假安排：放假 {len(record.off_days)} 天，调休上班 {len(record.makeup_days)} 天。{state}。"
        )
        for doubt in added.doubts:
            self.stdout.write(f"  请核对：{doubt}")
        for effect in effects:
            self.stdout.write(f"  {effect.record.code} {effect.record.page.title}：{_words(effect)}")
        if not effects:
            self.stdout.write("  没有公示的期限因此改变。")


def _words(effect: WindowEffect) -> str:
    day = f"{effect.revised.last_day:%Y-%m-%d}" + ("（暂定）" if effect.revised.provisional else "")
    return f"截止日 {effect.old_last_day:%Y-%m-%d} 延至 {day}" if effect.moves else f"截止日 {day}，不变"
