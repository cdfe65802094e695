"""manage.py restore FILE [--keys FILE]: bring an empty machine to the state of a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.content_store import FilesUnavailableError
from portal.backups.container import BackupError
from portal.backups.restoring import Restored, restore
from portal.serving import DataFolderInUse, lock_data_folder


class Command(BaseCommand):
    """Restore, and say what was brought back, what was erased anew and what is lacking."""

    help = "Brings an empty machine to the state of a backup; erases again what was erased since; rebuilds the search index."
    requires_migrations_checks = False
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--keys", type=Path, metavar="FILE", help="the backup of the key store")
        parser.add_argument("--without-keys", action="store_true", help="there is no backup of the key store")
        parser.add_argument(
            "--erased",
            type=Path,
            metavar="FILE",
            help="a kept copy of erased.txt, the list of what was erased",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore while nobody uses the portal."""
        try:
            with lock_data_folder(settings.DATA_DIR):
                restored = restore(
                    backup=options["file"],
                    keys=options["keys"],
                    without_keys=options["without_keys"],
                    erased=options["erased"],
                    now=timezone.now(),
                    say=self.stdout.write,
                )
        except DataFolderInUse:
            raise CommandError("平台正在运行，请先停止它。") from None
        except BackupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                f"恢复没有完成：{error.filename or ''} {error.strerror or error}。排除原因后用同样的参数再运行一次，会接着做完。"
            ) from None
        except FilesUnavailableError as error:
            raise CommandError(
                f"恢复没有完成：存放文件的服务没有应答（{error.reason}）。排除原因后用同样的参数再运行一次，会接着做完。"
            ) from None
        self._say(restored)

    def _say(self, restored: Restored) -> None:
        again, heads = restored.erased, restored.manifest.heads or {}
        self.stdout.write(
            f"已恢复 {restored.manifest.taken_at} 的备份：台账 {len(heads)} 条链，"
            f"文件 {restored.files} 个（已在本机 {restored.files_there} 个）。"
        )
        self.stdout.write(
            "各链链头与备份时一致。"
            if restored.heads_equal
            else "有链头与备份时不一致，请运行 manage.py verify_ledger。"
        )
        self.stdout.write(
            f"重新删除：密钥 {again.keys} 把，{again.identities} 条意见的个人信息或附件，"
            f"{again.contents} 条依法销毁的内容；期限已满 {again.expired} 条；邮件提醒 {restored.subscriptions} 个。"
        )
        self.stdout.write(
            "备份之后的删除只能按删除记录（erased.txt）重做。没有它的最新一份，请对照公开的台账逐条核对。"
        )
        for name in restored.damaged:
            self.stdout.write(f"没有恢复 {name}：内容与文件名的哈希不符。")
        if restored.lost_keys:
            self.stdout.write(
                f"{restored.lost_keys} 把密钥打不开：请放回原来的主密钥文件 {settings.MASTER_KEYS_FILE}，再运行 manage.py verify_ledger --files。"
            )
        if again.failed:
            self.stdout.write(
                f"{again.failed} 条没有删除成功，见日志；请运行 manage.py expire_personal_data。"
            )
        self.stdout.write(
            "备份之后发出的邮件可能会再发一次。请运行 manage.py verify_ledger --files，再启动平台。"
        )
