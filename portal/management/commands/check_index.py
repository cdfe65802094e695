"""manage.py check_index [--repair] [--format json]: the search index against the database; exit code 1 with differences."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.backends.errors import SearchUnavailableError
from search.backends.inspection import IndexBusyError, UnsafeIndexError
from search.index_check import Comparison, NotInspectable, compare, inspectable

_NAMES = {"missing": "缺少", "left_over": "多余", "outdated": "过时"}


class Command(BaseCommand):
    """Compare, print, and mend if asked to."""

    help = "Compares the search index with the database. Exit code 1 when they differ, or still differ after --repair."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--repair", action="store_true", help="bring the index into line with the database"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare; after a repair compare again."""
        try:
            backend = inspectable()
            found = compare(backend, mend=options["repair"])
            left = compare(backend) if options["repair"] and not found.is_clean else found
        except (NotInspectable, UnsafeIndexError) as error:
            raise CommandError(str(error)) from error
        except SearchUnavailableError as error:
            raise CommandError(f"检索引擎没有回答（{error}），请检查 SEARCH_URL 后再核对。") from error
        except IndexBusyError as error:
            raise CommandError("索引正在重建，请等几分钟再核对。") from error
        if options["format"] == "json":
            report = {"found": asdict(found), "repaired": options["repair"], "left": asdict(left)}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._print(found)
            if left.is_clean and left is not found:
                self.stdout.write("已修复。")
            elif left is not found:
                self.stdout.write("仍不一致：写入任务还在排队，或者索引目录不能写。请稍后再核对一次。")
        if not left.is_clean:
            sys.exit(1)

    def _print(self, found: Comparison) -> None:
        if found.needs_rebuild:
            self.stdout.write(
                "检索索引不存在、不能打开或属于旧版本，需要整体重建。平台运行时自行重建，--repair 立即重建。"
            )
            return
        self.stdout.write(f"数据库应有 {found.documents} 条，索引实有 {found.stored} 条。")
        for kind, name in _NAMES.items():
            if count := getattr(found, kind):
                self.stdout.write(f"{name} {count} 条，例如：{'、'.join(found.examples[kind])}")
        if found.is_clean:
            self.stdout.write("索引与数据库一致。")
