"""manage.py clear_orphan_keys [--force]: delete the data keys that nothing names any more."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.opinions.orphan_keys import TooManyOrphansError, delete_orphan_keys


class Command(BaseCommand):
    """Do what the clock does, and with --force what it refuses to do by itself."""

    help = "Deletes data keys older than a day that no opinion, file or registration names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--force", action="store_true", help="delete them however many there are; they cannot be restored"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and count."""
        try:
            count = delete_orphan_keys(now=timezone.now(), most=sys.maxsize if options["force"] else None)
        except TooManyOrphansError as error:
            raise CommandError(
                f"有 {error.count} 个数据密钥没有记录在用，比进程中断留下的多，没有删除。"
                "如果恢复过较旧的数据库备份，请先换上最新的；确认这些记录不会再回来，再加 --force 运行。"
            ) from error
        self.stdout.write(f"已删除 {count} 个没有记录在用的数据密钥。")
