"""manage.py expire_personal_data [--dry-run]: erase the personal data whose period is over, or say what would be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.opinions.expiry import expire_personal_data
from notices.opinions.retention import Ground, due_opinions, still_kept
from notices.subscriptions.expiry import due as due_subscriptions
from notices.subscriptions.expiry import erase_ended

GROUNDS = {
    Ground.DECIDED: "审批决定公告后的救济期限已满，已反馈",
    Ground.ABANDONED: "项目终止后的期限已满",
    Ground.RESTRICTED: "本人要求限制使用，已答复，期限已满",
}


class Command(BaseCommand):
    """Erase everything that is due, however much it is."""

    help = "Erases the personal data whose retention period is over; numbers, texts and ledger stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--dry-run", action="store_true", help="list what is due and why; erase nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or erase and count."""
        now = timezone.now()
        if options["dry_run"]:
            self._list(timezone.localdate(now))
            self.stdout.write(f"邮件提醒到期 {due_subscriptions(now).count()} 个。")
            return
        result = expire_personal_data(now=now, most=None)
        self.stdout.write(f"已删除 {result.erased} 条意见的个人信息。")
        self.stdout.write(f"已删除 {erase_ended(now=now)} 个到期的邮件提醒。")
        if result.failed:
            raise CommandError(f"{result.failed} 条没有删除成功，见日志；查明原因后再运行一次。")

    def _list(self, today: Any) -> None:
        total = 0
        for ground, opinions in due_opinions(today):
            for number in opinions.order_by("number").values_list("number", flat=True).iterator():
                self.stdout.write(f"到期  {number}  {GROUNDS[ground]}")
                total += 1
        for kept in still_kept(today):
            self.stdout.write(f"保留  {kept.notice.record.code}  {kept.count} 条  {kept.why}")
        self.stdout.write(f"到期 {total} 条。没有删除任何内容。")
