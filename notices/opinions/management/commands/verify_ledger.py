"""manage.py verify_ledger [CODE…]: the whole ledger against its rows and its daily roots; exit code 1 with faults."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notices.content_store import FilesUnavailableError
from notices.opinions.verification import ChainReport, verify_ledger


class Command(BaseCommand):
    """Check all chains, or those of the notices named."""

    help = "Checks the ledger against opinions, answers, erasures and the daily roots. Exit code 1 when something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("codes", nargs="*", metavar="CODE", help="notice codes; all without")
        parser.add_argument(
            "--roots",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="a kept copy of roots.jsonl",
        )
        parser.add_argument(
            "--files", action="store_true", help="also open and hash every file of an opinion"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print."""
        try:
            self._check(options)
        except FilesUnavailableError as error:
            raise CommandError(
                f"没有核对完：存放文件的服务没有应答（{error.reason}）。", returncode=2
            ) from None

    def _check(self, options: dict[str, Any]) -> None:
        as_json = options["format"] == "json"
        chains = entries = opinions = faults = erased = 0
        for report in verify_ledger(
            codes=options["codes"], roots=options["roots"], with_files=options["files"]
        ):
            chains += bool(report.chain)
            entries += report.entries
            opinions += report.opinions
            faults += len(report.faults)
            erased += len(report.erased)
            if as_json:
                self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            else:
                self._print(report)
        if not as_json:
            verdict = f"发现 {faults} 处问题。" if faults else "没有发现问题。"
            self.stdout.write(
                f"核对台账 {chains} 条链、{entries} 条记录、{opinions} 条意见，依法删除 {erased} 处；{verdict}"
            )
        if faults:
            sys.exit(1)

    def _print(self, report: ChainReport) -> None:
        for fault in report.faults:
            place = " ".join(
                part for part in (fault.chain, f"第 {fault.position} 条" if fault.position else "") if part
            )
            self.stdout.write(f"问题 {place}：{fault.text}" if place else f"问题：{fault.text}")
        for row in report.erased:
            self.stdout.write(f"说明 {report.chain}：{row.text}")
