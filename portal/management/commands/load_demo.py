"""manage.py load_demo: accounts and content to try the portal with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.loading import load_demo


class Command(BaseCommand):
    """Load the demo once, under development settings only."""

    help = "Loads demo accounts and demo notices once; refused under production settings."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if not settings.DEMO_ALLOWED:
            raise CommandError("演示内容和演示账号只能在开发设置下载入。")
        made = load_demo(now=timezone.now())
        self.stdout.write("演示内容已载入。" if made else "已有内容，没有改动。")
