"""manage.py new_archive_key FILE: a key of one's own to which sealed packages are made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notices.sealing.age import write_identity


class Command(BaseCommand):
    """Make a key."""

    help = "Writes a new key (age, X25519) to a file that only its owner reads, and prints the public key to seal to."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the file to write; must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        path: Path = options["file"]
        try:
            recipient = write_identity(path)
        except FileExistsError:
            raise CommandError(f"{path} 已经存在，请换一个文件名。") from None
        except OSError as error:
            raise CommandError(f"写不了 {path}：{error.strerror}。") from None
        self.stdout.write(f"密钥已写入 {path}。请另存一份，丢了就打不开密封存档包。公钥：")
        self.stdout.write(recipient)
