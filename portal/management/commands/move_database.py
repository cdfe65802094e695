"""manage.py move_database --to URL --keys-to URL: move a filled portal to PostgreSQL."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.backups.container import BackupError
from portal.backups.moving import move_database
from portal.serving import DataFolderInUse, lock_data_folder


class Command(BaseCommand):
    """Move both databases and say what to set."""

    help = "Copies every row of both databases to PostgreSQL, compares the heads of all chains; the old databases stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--to", required=True, metavar="URL", help="what DATABASE_URL will be")
        parser.add_argument("--keys-to", required=True, metavar="URL", help="what KEYS_DATABASE_URL will be")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move while nobody uses the portal."""
        try:
            with lock_data_folder(settings.DATA_DIR):
                moved = move_database(to=options["to"], keys_to=options["keys_to"], say=self.stdout.write)
        except DataFolderInUse:
            raise CommandError("平台正在运行：搬迁期间收到的意见会丢失。请先停止它。") from None
        except (BackupError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"已搬 {moved.rows:,} 行、密钥 {moved.keys:,} 把；台账 {moved.chains} 条链，链头全部一致。"
        )
        self.stdout.write(
            "请把 DATABASE_URL 和 KEYS_DATABASE_URL 设为新地址，运行 manage.py verify_ledger --files，再启动平台。"
            "旧数据库文件还在，里面有个人信息和密钥：确认无误后删除。"
        )
