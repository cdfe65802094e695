"""manage.py restore_package FILE --key IDENTITY_FILE: a notice out of its sealed package, with the ledger that it had."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.archive.sealed.reading import RestoreRefusedError
from notices.archive.sealed.restoring import Restored, restore_package
from notices.opinions.verification import verify_ledger
from notices.sealing.age import NotAnIdentityError, read_identity


class Command(BaseCommand):
    """Restore a package and check the ledger against what was restored."""

    help = "Restores a notice from its sealed package into a portal that does not have it, and checks its ledger and files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--key",
            type=Path,
            required=True,
            metavar="IDENTITY_FILE",
            help="the file that new_archive_key wrote",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and check only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, say what was, and check it."""
        path, key = options["file"], options["key"]
        try:
            identity = read_identity(key)
        except OSError as error:
            raise CommandError(f"读不了密钥文件 {key}：{error.strerror}。") from None
        except NotAnIdentityError:
            raise CommandError(f"{key} 里没有 AGE-SECRET-KEY- 开头的密钥。") from None
        try:
            restored = restore_package(
                path=path, identity=identity, now=timezone.now(), dry_run=options["dry_run"]
            )
        except RestoreRefusedError as error:
            raise CommandError(str(error)) from None
        self._say(restored, is_dry=options["dry_run"])
        if not options["dry_run"]:
            self._check(restored.facts["code"])

    def _say(self, restored: Restored, *, is_dry: bool) -> None:
        facts, rows = restored.facts, restored.rows
        self.stdout.write(
            f"{'可以恢复' if is_dry else '已恢复'}公示 {facts['code']}：{facts['title']}，"
            f"意见 {rows.get('opinions.opinion', 0)} 条，文件 {restored.files} 个，"
            f"台账 {facts['length']} 条，链头 {facts['head']}"
        )
        self.stdout.write("请把链头和公开的台账或者回执核对：公钥人人都有，能打开不等于来源可信。")
        for name in restored.lacking:
            self.stdout.write(f"缺 {name}：制作时已经丢失或者损坏")
        if restored.destroyed_here:
            self.stdout.write(
                f"{restored.destroyed_here} 份公众信息或者附件在本平台已依法删除，没有恢复；台账核对会列出。"
            )
        if restored.differing:
            self.stdout.write(f"项目的{'、'.join(restored.differing)}和本平台不同，保留本平台的。")

    def _check(self, code: str) -> None:
        """Check the chain against rows and files; the roots of this portal know nothing of it yet."""
        _roots, report = verify_ledger(codes=[code], with_files=True)
        for fault in report.faults:
            self.stdout.write(f"台账核对：{fault.text}")
        if report.faults:
            raise CommandError("已经恢复，但台账核对有以上问题。")
        self.stdout.write("台账、数据和文件核对一致。")
