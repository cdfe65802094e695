"""manage.py archive_package CODE FILE: the archive package of a notice, written and recorded."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.archive.packages.services import STAFF_PROFILES, make_package
from notices.exports.models import Profile
from notices.exports.services import profile_for
from notices.models import NoticeRecord

PURPOSE = "存档备查（办法第二十八条）"


class Command(BaseCommand):
    """Write a package."""

    help = "Writes the archive package of a notice (a BagIt bag as ZIP) and enters the export in its ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code", metavar="NOTICE_CODE")
        parser.add_argument("file", type=Path, metavar="FILE", help="the ZIP file to write; must not exist")
        parser.add_argument(
            "--profile", choices=[str(profile) for profile in STAFF_PROFILES], default=str(Profile.BUREAU)
        )
        parser.add_argument("--purpose", default=PURPOSE, help="kept with the record of the export")
        parser.add_argument(
            "--user",
            metavar="NAME",
            help="the account in whose name it is made; files of opinions come along only for one that may open them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, record, and say what is lacking."""
        record = NoticeRecord.objects.select_related("page__project").filter(code=options["code"]).first()
        if record is None:
            raise CommandError(f"没有公示码为 {options['code']} 的公示。")
        user, profile = None, Profile(options["profile"])
        try:
            if options["user"]:
                user = get_user_model().objects.filter(username=options["user"]).first()
                if user is None:
                    raise CommandError(f"没有账号 {options['user']}。")
                profile = profile_for(user, record.page)
            made = make_package(
                record=record,
                profile=profile,
                user=user,
                purpose=options["purpose"],
                now=timezone.now(),
                target=options["file"],
            )
        except PermissionDenied:
            raise CommandError(f"账号 {options['user']} 无权取得这份公示的存档包。") from None
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        except FileExistsError:
            raise CommandError(f"{options['file']} 已经存在，请换一个文件名。") from None
        except OSError as error:
            raise CommandError(f"写不了 {options['file']}：{error.strerror}。") from None
        for words in made.lacking:
            self.stdout.write(f"缺 {words}")
        if made.unfinished:
            self.stdout.write(f"未完成：{'；'.join(made.unfinished)}")
        self.stdout.write(f"已写入 {made.path}，{made.size} 字节，SHA-256 {made.sha256}")
