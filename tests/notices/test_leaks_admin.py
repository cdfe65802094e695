"""No address of the admin shows a proponent another one's drafts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from notices.models import NoticePage
from tests.factories import confirm, make_draft
from tests.people import COMPANY_B, People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SECRET = "断崖沟秘密选矿项目"
SECRET_PERSON = "rival"
# Addresses that answer no page: signing out, the list of icons, a page that fails on purpose.
LEFT_OUT = {"wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_error_test"}


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def foreign(people: People) -> NoticePage:
    """Return a draft of company B, submitted by its staff, with a history that names it."""
    page = make_draft(proponent=people.company_b, project_name=SECRET)
    page = page.get_latest_revision_as_object()
    page.content = f"{SECRET}的内容"
    page.save_revision(user=people.rival, log_action=True)
    confirm(page)
    workflow = page.get_workflow()
    assert workflow is not None
    workflow.start(NoticePage.objects.get(pk=page.pk), people.rival)
    return NoticePage.objects.get(pk=page.pk)


def named(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address below the admin, with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


def admin_addresses(page: NoticePage) -> set[str]:
    """Return every address of the admin that can be built with the keys of a foreign notice."""
    admin = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "admin/")
    state, task = page.current_workflow_state, page.current_workflow_task_state
    content_type = ContentType.objects.get_for_model(NoticePage)
    values: dict[str, Any] = {
        "page_id": page.pk,
        "parent_page_id": page.get_parent().pk,
        "pk": page.pk,
        "object_id": page.pk,
        "page_to_move_id": page.pk,
        "destination_id": page.get_parent().pk,
        "revision_id": page.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_state_id": state.pk,
        "task_state_id": task.pk,
        "task_id": task.task_id,
        "action_name": "approve",
        "action": "delete",
        "app_label": "notices",
        "model_name": "noticepage",
        "app_name": "notices",
        "content_type_app_name": content_type.app_label,
        "content_type_model_name": content_type.model,
        "code": page.notice_code,
        "user_id": page.record.pk,
        "scan_id": page.record.confirmations.get().pk,
        "session_id": 1,
        "name": "revoke",
    }
    found = set()
    for name, pattern in named(admin.url_patterns):
        if name.rpartition(":")[2] in LEFT_OUT:
            continue
        wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
        for keys in ({}, {"pk": page.record.pk}, {"pk": page.get_parent().pk}):
            arguments = {key: {**values, **keys}.get(key, 1) for key in wanted}
            try:
                found.add(reverse(name, kwargs=arguments))
            except NoReverseMatch:
                continue
    for query in ("?q=断崖沟", f"?q={page.notice_code}", "?p=1"):
        for name in (
            "wagtailadmin_pages:search",
            "wagtailadmin_pages:search_results",
            "wagtailadmin_choose_page_search",
            "notice_register:index",
            "proponents:index",
        ):
            found.add(reverse(name) + query)
    return found


@pytest.mark.parametrize("name", ["li", "zhao", "guan", "outsider"])
def test_no_address_of_the_admin_names_anothers_draft(
    client: Any, people: People, foreign: NoticePage, name: str
) -> None:
    client.force_login(getattr(people, name))
    client.raise_request_exception = False
    leaks = []
    for url in sorted(admin_addresses(foreign)):
        response = client.get(url)
        html = b"".join(response).decode(errors="replace")
        if SECRET in html or (response.status_code == 200 and COMPANY_B in html):
            leaks.append(("secret" if SECRET in html else "company", url))
    assert leaks == []
