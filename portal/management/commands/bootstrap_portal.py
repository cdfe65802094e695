"""manage.py bootstrap_portal: create page tree, roles and workflow where they are missing."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.bootstrap import bootstrap


class Command(BaseCommand):
    """Run the bootstrap."""

    help = "Creates page tree, roles, workflow and information pages where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        bootstrap()
        self.stdout.write("页面、角色和流程已就绪。")
