"""manage.py rotate_keys [--drop-old]: change the master keys; what was broken off is gone on with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.sealing.key_file import key_file, only_one, read_keys
from portal.key_rotation import RotationError, drop, rotate


class Command(BaseCommand):
    """Add a master key and bring everything under it; in a second run, later, remove the old ones."""

    help = "Adds a master key and rewraps everything under it; --drop-old removes the keys that nothing needs any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--drop-old", action="store_true", help="remove old master keys once nothing lies under them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the two steps, alone."""
        with only_one() as alone:
            if not alone:
                raise CommandError("另一个 rotate_keys 正在运行，请等它结束。")
            try:
                self._drop() if options["drop_old"] else self._rotate()
            except RotationError as error:
                raise CommandError(str(error)) from error

    def _rotate(self) -> None:
        result = rotate()
        self.stdout.write("接着做完上次中断的更换。" if result.resumed else "新的主密钥已写入。")
        for label, count in result.moved.items():
            self.stdout.write(f"{label}：{count} 个改由新主密钥加密。")
        for label, count in result.lost.items():
            if count:
                self.stdout.write(f"{label}：{count} 个用现有的主密钥都打不开，没有改动。")
        self.stdout.write(
            f"{key_file()} 中还有 {len(read_keys()) - 1} 个旧主密钥。请先备份这个文件，十分钟后运行"
            " manage.py rotate_keys --drop-old 删除旧密钥；删除后，更换以前的密钥库备份就打不开了。"
        )

    def _drop(self) -> None:
        removed = drop(now=timezone.now())
        self.stdout.write(f"已删除 {removed} 个旧主密钥。" if removed else "没有旧主密钥。")
