"""manage.py seal_package CODE FILE --to age1… --user NAME --purpose TEXT: everything of a notice, sealed to one key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.archive.sealed.services import offered_bases, seal_package
from notices.models import NoticeRecord
from notices.opinions.models import AccessBasis


class Command(BaseCommand):
    """Seal a package."""

    help = "Seals everything of a notice, page two and keys included, to one key, and records it like every reading of page two."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code", metavar="NOTICE_CODE")
        parser.add_argument("file", type=Path, metavar="FILE", help="the file to write; must not exist")
        parser.add_argument("--to", required=True, metavar="age1…", help="the public key of who may open it")
        parser.add_argument(
            "--user",
            required=True,
            metavar="NAME",
            help="the operator, or the person of the approval authority, in whose name page two is taken out",
        )
        parser.add_argument("--purpose", required=True, help="kept with the records of access and export")
        parser.add_argument(
            "--basis",
            choices=AccessBasis.values,
            help="the ground; the first one that the person has when it is not given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, record, and say what is lacking."""
        now, code, target = timezone.now(), options["code"], options["file"]
        record = (
            NoticeRecord.objects.select_related("page__project")
            .filter(code=code)
            .exclude(stage="draft")
            .first()
        )
        user = get_user_model().objects.filter(username=options["user"], is_active=True).first()
        if record is None:
            raise CommandError(f"没有公示码为 {code} 的公示，或者它还是草稿。")
        if user is None:
            raise CommandError(f"没有账号 {options['user']}。")
        bases = offered_bases(user, record, now=now)
        try:
            if not bases:
                raise PermissionDenied
            basis = AccessBasis(options["basis"]) if options["basis"] else bases[0]
            made = seal_package(
                record=record,
                recipient=options["to"],
                user=user,
                basis=basis,
                purpose=options["purpose"],
                now=now,
                target=target,
            )
        except PermissionDenied:
            raise CommandError(f"账号 {options['user']} 现在无权取得这份公示的全部公众信息。") from None
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        except FileExistsError:
            raise CommandError(f"{target} 已经存在，请换一个文件名。") from None
        except OSError as error:
            raise CommandError(f"写不了 {target}：{error.strerror}。") from None
        for name in made.lacking:
            self.stdout.write(f"缺 {name}：文件丢失或者损坏")
        self.stdout.write(f"已写入 {made.path}，{made.size} 字节，SHA-256 {made.sha256}")
        self.stdout.write(f"台账链头 {made.head}")
