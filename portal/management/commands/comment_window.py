"""manage.py comment_window DATE: the window of a notice published on that day."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notices.calendars import current_calendar
from notices.statutory.window import comment_window


def iso_date(text: str) -> date:
    """Return the date, or say how to write one."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}：日期写作 2022-03-17。") from error


def working_days(text: str) -> int:
    """Return a number of working days from 1 to 250."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 250:
        return int(text)
    raise ArgumentTypeError(f"{text!r}：工作日数写 1 到 250 的整数。")


class Command(BaseCommand):
    """Print first and last day of a comment window by both ways of counting."""

    help = "Prints the comment window of a notice published on DATE (YYYY-MM-DD)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("date", type=iso_date, metavar="DATE")
        parser.add_argument("--working-days", type=working_days, default=10)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print."""
        try:
            window = comment_window(
                options["date"], working_days=options["working_days"], calendar=current_calendar()
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        result = {
            "first_day": window.first_day.isoformat(),
            "last_day": window.last_day.isoformat(),
            "last_day_counting_first": window.last_day_counting_first.isoformat(),
            "provisional": window.provisional,
            "calendar": window.calendar,
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(f"公开日期：{result['first_day']}")
        self.stdout.write(f"截止日期：{result['last_day']} 24:00（公开当日不计入，《民法典》第二百零一条）")
        self.stdout.write(f"公开当日计入时：{result['last_day_counting_first']}")
        self.stdout.write(f"日历：{result['calendar']}")
        if window.provisional:
            self.stdout.write("暂定：所涉年份的放假安排尚未公布，截止日期只会延后，不会提前。")
