"""manage.py backup FILE [--keys FILE]: a consistent copy of database and files while the portal is in use, the keys apart."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.content_store import FilesUnavailableError
from portal.backups.container import BackupError
from portal.backups.writing import take_backup


class Command(BaseCommand):
    """Take a backup and say what belongs beside it."""

    help = "Copies database and files while the portal is in use; the keys go to a file of their own, kept apart and for days only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--keys", type=Path, metavar="FILE", help="also copy the key store, to this file in another place"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it."""
        target, keys = options["file"].absolute(), options["keys"] and options["keys"].absolute()
        if target == keys:
            raise CommandError("数据和密钥要分开存放：--keys 请写另一个文件。")
        try:
            taken = take_backup(target=target, keys=keys, now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"备份没有完成：{error.filename or target}，{error.strerror}。") from None
        except FilesUnavailableError as error:
            raise CommandError(f"备份没有完成：存放文件的服务没有应答（{error.reason}）。") from None
        self.stdout.write(
            f"已备份 {target}：公示台账 {taken.chains} 条链，文件 {taken.files} 个，共 {taken.size / 1024**2:,.1f} MB。"
        )
        if keys is None:
            self.stdout.write(
                "不含密钥库：没有密钥，公众的姓名、联系方式、附件和查询码打不开。用 --keys 另存一份。"
            )
        else:
            self.stdout.write(
                f"密钥备份 {keys}：与数据备份分开存放，只留几天，否则已删除的个人信息还能恢复。"
            )
        self.stdout.write(
            f"不在备份里、请另行保管：主密钥文件 {settings.MASTER_KEYS_FILE}，PORTAL_SECRET_KEY 和其他设置，"
            f"{settings.LEDGER_ROOTS_DIR}（每日根和删除记录，最好在另一块磁盘上）。"
        )
