"""manage.py check_messages [--update]: are the message catalogues up to date with the code?"""

from argparse import ArgumentParser
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

from portal.messages import compile_catalogues, extract, problems, uncompiled


class Command(BaseCommand):
    """Compare the committed catalogues with what the code says now."""

    help = "Fails if a message catalogue or its compiled file is stale; --update brings both up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--update", action="store_true", help="write the catalogues instead of checking them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check or update."""
        root, (locales, *others) = Path(settings.BASE_DIR), map(Path, settings.LOCALE_PATHS)
        if options["update"]:
            for code, _name in settings.LANGUAGES:
                if code != settings.LANGUAGE_CODE:
                    (locales / to_locale(code) / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
            extract(root)
            for folder in (locales, *others):
                compile_catalogues(folder)
            return
        found = [*problems(root, locales), *chain.from_iterable(map(uncompiled, others))]
        if found:
            raise CommandError("\n".join([*found, "请运行 make messages，补好译文后提交。"]))
        self.stdout.write("词条表与代码一致。")
