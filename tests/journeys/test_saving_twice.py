"""Journey: whoever presses a button of the editor while it saves by itself meets no conflict with themselves."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.http import HttpResponse
from playwright.sync_api import Page, expect
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView

from notices.models import NoticePage
from tests.factories import make_draft
from tests.journeys.test_publishing import (
    SLOWLY,
    WATCHED_AFTER,
    error_at,
    expect_text,
    fill,
    open_editor,
    save,
    saved_by_itself,
    submit,
)

LATE = 1.5


@pytest.fixture
def slow_save(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server take long over the first thing that the editor saves by itself, and over nothing else."""
    waits = [LATE]
    for view in (CreateView, EditView):
        answer_at_once = view.post

        def post(self: Any, *args: Any, answer: Any = answer_at_once, **kwargs: Any) -> HttpResponse:
            if self.expects_json_response and waits:
                time.sleep(waits.pop())
            response: HttpResponse = answer(self, *args, **kwargs)
            return response

        monkeypatch.setattr(view, "post", post)


def as_saved(notice: NoticePage) -> NoticePage:
    saved: NoticePage = NoticePage.objects.get(pk=notice.pk).get_latest_revision_as_object()
    return saved


def begins_to_save(page: Page, **values: str) -> None:
    """Type, and return when the editor has sent it by itself, before the answer."""
    with page.expect_request(lambda sent: sent.headers.get("accept") == "application/json", timeout=SLOWLY):
        fill(page, **values)


def test_a_submission_refused_while_the_editor_saves_leaves_an_editor_that_goes_on_saving(
    sign_in, people, slow_save
) -> None:
    notice = make_draft(proponent=people.company_a, public_scope="")
    page = open_editor(sign_in("li", f"/admin/pages/{notice.pk}/edit/"))
    begins_to_save(page, content="写到一半的内容。")
    submit(page)
    expect_text(error_at(page, "public_scope"), "请写明征求意见的公众范围")

    page.wait_for_timeout(WATCHED_AFTER)
    with saved_by_itself(page):
        fill(page, content="接着写的内容。")
    assert as_saved(notice).content == "接着写的内容。"


def test_a_new_draft_saved_by_hand_while_the_editor_saves_it_is_one_draft(sign_in, people, slow_save) -> None:
    page = open_editor(sign_in("li", f"/admin/pages/add/notices/noticepage/{people.company_a.pk}/"))
    begins_to_save(page, project_name="青松沟矸石综合利用项目")
    save(page)
    expect_text(page.locator(".messages"), "草稿已保存")
    # A save that was still under way would make the second draft now.
    page.wait_for_timeout(LATE * 1000)
    assert NoticePage.objects.count() == 1


def test_a_submission_goes_through_while_the_editor_saves(sign_in, people, slow_save) -> None:
    notice = make_draft(proponent=people.company_a)
    page = open_editor(sign_in("li", f"/admin/pages/{notice.pk}/edit/"))
    begins_to_save(page, public_scope="青松村的村民和单位。")
    submit(page)
    expect(page.locator(".messages")).to_contain_text("提交", timeout=SLOWLY)
    saved = as_saved(notice)
    assert saved.workflow_in_progress
    assert saved.public_scope == "青松村的村民和单位。"
