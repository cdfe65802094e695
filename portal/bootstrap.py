"""What every installation starts from: page tree, roles, workflow, information pages. Safe to run again."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.template.loader import render_to_string
from wagtail.models import Page, Site, Workflow, WorkflowPage, WorkflowTask

from notices.models import NoticeIndexPage, OperatorCheckTask
from notices.permissions import OPERATOR_GROUP
from portal.models import HELP_SLUG, HomePage, InfoPage
from portal.roles import WAGTAIL_GROUPS, apply_roles

WORKFLOW_NAME = "公示形式核对"
INFO_PAGES = (
    # The portal's own help stands above what the operator writes here (``InfoPage.get_template``).
    (HELP_SLUG, "帮助", "portal/info/help.html"),
    ("about", "关于本平台", "portal/info/about.html"),
)


@transaction.atomic
def bootstrap() -> HomePage:
    """Create what is missing and change nothing that people have edited; return the home page."""
    home = HomePage.objects.first()
    if home is None:
        _remove_wagtails_examples()
        home = _create_home()
        for slug, title, template in INFO_PAGES:
            body = render_to_string(template)
            home.add_child(instance=InfoPage(title=title, slug=slug, body=body, show_in_menus=True))
    # What choosers of pages show at the top; Wagtail's own name for it is English.
    Page.objects.filter(depth=1, title="Root").update(title="全部页面", draft_title="全部页面")
    index = NoticeIndexPage.objects.first()
    if index is None:
        index = home.add_child(instance=NoticeIndexPage(title="公示列表", slug="notices", show_in_menus=True))
    apply_roles(home)
    _ensure_workflow(index)
    return home


def _remove_wagtails_examples() -> None:
    """Remove the groups and the workflow that Wagtail's own migrations make; our matrix replaces them."""
    Workflow.objects.filter(name="Moderators approval").delete()
    Group.objects.filter(name__in=WAGTAIL_GROUPS).delete()


def _create_home() -> HomePage:
    root = Page.get_first_root_node()
    home: HomePage = root.add_child(instance=HomePage(title=settings.WAGTAIL_SITE_NAME, slug="portal-home"))
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    default_port = 443 if address.scheme == "https" else 80
    site.hostname, site.port = address.hostname or "localhost", address.port or default_port
    site.root_page = home
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome is not None and welcome.pk != home.pk:
        Page.objects.get(pk=welcome.pk).delete()
    return home


def _ensure_workflow(index: NoticeIndexPage) -> None:
    task = OperatorCheckTask.objects.first()
    if task is None:
        task = OperatorCheckTask.objects.create(name="形式核对")
        task.groups.set([Group.objects.get(name=OPERATOR_GROUP)])
    if not WorkflowPage.objects.filter(page=index).exists():
        workflow = Workflow.objects.create(name=WORKFLOW_NAME)
        WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr)
        WorkflowPage.objects.create(page=index, workflow=workflow)
