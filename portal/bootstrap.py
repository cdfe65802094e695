"""What every installation starts from: page tree, roles, workflow, information pages. Safe to run again."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.template.loader import render_to_string
from wagtail.models import Page, Site, Workflow, WorkflowPage, WorkflowTask

from notices.models import NoticeIndexPage, OperatorCheckTask
from notices.permissions import OPERATOR_GROUP
from portal.models import HomePage, InfoPage
from portal.roles import apply_roles

WORKFLOW_NAME = "公示形式核对"
INFO_PAGES = (
    ("help", "帮助", "portal/info/help.html"),
    ("privacy", "个人信息保护说明", "portal/info/privacy.html"),
    ("about", "关于本平台", "portal/info/about.html"),
)


@transaction.atomic
def bootstrap() -> HomePage:
    """Create what is missing and change nothing that people have edited; return the home page."""
    home = HomePage.objects.first() or _create_home()
    index = NoticeIndexPage.objects.first()
    if index is None:
        index = home.add_child(instance=NoticeIndexPage(title="公示列表", slug="notices", show_in_menus=True))
    for slug, title, template in INFO_PAGES:
        if not home.get_children().filter(slug=slug).exists():
            body = render_to_string(template)
            home.add_child(instance=InfoPage(title=title, slug=slug, body=body, show_in_menus=True))
    apply_roles(home)
    _ensure_workflow(index)
    return home


def _create_home() -> HomePage:
    root = Page.get_first_root_node()
    home: HomePage = root.add_child(instance=HomePage(title=settings.WAGTAIL_SITE_NAME, slug="portal-home"))
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.hostname, site.port, site.root_page = "localhost", 80, home
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome is not None and welcome.pk != home.pk:
        Page.objects.get(pk=welcome.pk).delete()
    return home


def _ensure_workflow(index: NoticeIndexPage) -> None:
    Workflow.objects.filter(name="Moderators approval").delete()
    task = OperatorCheckTask.objects.first() or OperatorCheckTask.objects.create(name="形式核对")
    task.groups.set([Group.objects.get(name=OPERATOR_GROUP)])
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
    WorkflowPage.objects.get_or_create(page=index, defaults={"workflow": workflow})
