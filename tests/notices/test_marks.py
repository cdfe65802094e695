"""Imported values stay marked, and stop a submission, until a person has confirmed or changed each of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from notices.checklist import blocking_items
from notices.guards import NoticeRefusedError
from notices.marks import Source, confirm, mark, mark_views, open_marks, row_path, segments
from notices.models import ImportedField, NoticePage, NoticeStage, Origin
from notices.services import approve_notice
from tests.factories import confirm as confirm_wording
from tests.factories import make_draft, make_notice
from tests.notices.editor_forms import editor_data
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
TEXT = "建设地点：安泽县唐城镇清水沟。\n联系人：李工 0357-7000001。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    """Return a draft that lacks nothing, with two marked fields and a marked row."""
    page = make_draft(proponent=people.company_a)
    page.record.source_text = TEXT
    page.record.save()
    name, place = "李工", "安泽县唐城镇清水沟"
    way = page.ways.get(way="phone")
    mark(
        page=page,
        origin=Origin.TEXT,
        sources={
            "location": Source(TEXT.index(place), TEXT.index(place) + len(place)),
            "contact_name": Source(TEXT.index(name), TEXT.index(name) + 2, "请核对。"),
            row_path("ways", way.pk): Source(),
        },
    )
    return page


def fresh(page: NoticePage) -> NoticePage:
    return NoticePage.objects.get(pk=page.pk).get_latest_revision_as_object()


def paths(page: NoticePage) -> set[str]:
    return {field.path.split(":")[0] for field in open_marks(fresh(page))}


def edit(client: Any, page: NoticePage, **changes: Any) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(url, editor_data(fresh(page), **changes), follow=True)


def confirm_url(page: NoticePage) -> str:
    return reverse("notice_marks_confirm", args=[page.pk])


def marks_of(page: NoticePage, *names: str) -> list[int]:
    return [field.pk for field in page.record.imported_fields.all() if field.path.split(":")[0] in names]


class TestTheirLife:
    def test_an_empty_value_is_not_marked(self, page: NoticePage) -> None:
        mark(page=page, origin=Origin.TEXT, sources={"area": Source(), "investment_wan_yuan": Source()})
        assert paths(page) == {"location", "contact_name", "ways"}

    def test_changing_a_field_or_a_row_takes_its_mark_off(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        rows = [row.way for row in page.ways.all()]
        edit(client, page, contact_name="王工", **{f"ways-{rows.index('phone')}-address": "0357-7000009"})
        assert paths(page) == {"location"}
        changed = page.record.imported_fields.exclude(confirmed_at=None)
        assert {field.confirmed_by for field in changed} == {people.li}

    def test_an_automatic_save_counts_as_well(self, client: Any, people: People, page: NoticePage) -> None:
        client.force_login(people.li)
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        client.post(
            url, editor_data(fresh(page), contact_name="王工"), headers={"accept": "application/json"}
        )
        assert ImportedField.objects.get(path="contact_name").confirmed_by == people.li

    def test_saving_without_a_change_confirms_nothing(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        edit(client, page)
        assert paths(page) == {"location", "contact_name", "ways"}

    def test_a_value_changed_and_changed_back_was_looked_at(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        edit(client, page, contact_name="王工")
        edit(client, page, contact_name="李工")
        assert "contact_name" not in paths(page)

    def test_a_row_that_was_taken_away_needs_no_confirmation(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        rows = [row.way for row in page.ways.all()]
        edit(client, page, **{f"ways-{rows.index('phone')}-DELETE": "on"})
        assert "ways" not in paths(page)

    def test_a_number_stays_the_same_through_the_database(self, people: People) -> None:
        page = make_draft(proponent=people.company_a, investment_wan_yuan="1500.0")
        mark(page=page, origin=Origin.TEXT, sources={"investment_wan_yuan": Source()})
        page.save_revision()
        assert paths(page) == {"investment_wan_yuan"}


class TestConfirming:
    def test_ticked_ones_are_confirmed_by_name_and_time(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        response = client.post(confirm_url(page), {"mark": marks_of(page, "location", "ways")}, follow=True)
        assert "已确认 2 处" in response.content.decode()
        assert paths(page) == {"contact_name"}
        field = ImportedField.objects.get(path="location")
        assert (field.confirmed_by, field.confirmed_at is None) == (people.li, False)

    def test_all_at_once(self, client: Any, people: People, page: NoticePage) -> None:
        client.force_login(people.op)
        client.post(confirm_url(page), {"all": "1"})
        assert paths(page) == set()

    def test_nothing_ticked_asks_again(self, client: Any, people: People, page: NoticePage) -> None:
        client.force_login(people.li)
        assert "请先勾选" in client.post(confirm_url(page), {}, follow=True).content.decode()
        assert len(paths(page)) == 3

    def test_the_editor_gets_its_part_back(self, client: Any, people: People, page: NoticePage) -> None:
        client.force_login(people.li)
        data = {"mark": marks_of(page, "location")}
        answer = client.post(confirm_url(page), data, headers={"x-requested-with": "XMLHttpRequest"})
        assert "还有 2 处没有确认" in answer.content.decode()
        assert 'data-mark-key="contact_name"' in answer.content.decode()

    def test_marks_of_another_notice_are_not_touched(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        other = make_draft(proponent=people.company_b)
        mark(page=other, origin=Origin.TEXT, sources={"location": Source()})
        client.force_login(people.li)
        client.post(confirm_url(page), {"mark": marks_of(other, "location")})
        assert paths(other) == {"location"}

    def test_the_list_shows_label_value_passage_and_source(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        html = client.get(confirm_url(page)).content.decode()
        for text in ("建设地点", "<mark>李工</mark>", "请核对。", "电话，0357-7000001", "全部确认"):
            assert text in html

    def test_only_the_proponent_and_the_operator_reach_them(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        for url in (confirm_url(page), reverse("notice_marks", args=[page.pk])):
            allowed = set()
            for name in ("li", "rival", "op", "guan", "outsider"):
                client.force_login(getattr(people, name))
                if client.get(url).status_code == 200:
                    allowed.add(name)
            assert allowed == {"li", "op"}
        client.force_login(people.rival)
        client.post(confirm_url(page), {"all": "1"})
        assert len(paths(page)) == 3

    def test_while_an_operator_checks_the_proponent_confirms_nothing(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        workflow = page.get_workflow()
        assert workflow is not None
        workflow.start(page, people.li)
        client.force_login(people.li)
        client.post(confirm_url(page), {"all": "1"})
        assert len(paths(page)) == 3

    def test_a_notice_that_left_the_draft_stage_is_not_confirmed(self, people: People) -> None:
        record = make_notice(proponent=people.company_a).record
        with pytest.raises(ValidationError):
            confirm(record=record, ids=None, user=people.op, now=timezone.now())


class TestTheGate:
    def test_one_finding_counts_them_and_leads_to_the_first(self, page: NoticePage) -> None:
        [item] = blocking_items(fresh(page))
        assert "3 处" in item.message
        first = page.record.imported_fields.order_by("pk").first()
        assert first is not None
        assert item.anchor == f"imported-{first.pk}"

    def test_a_submission_is_stopped_beside_the_first_field(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        response = edit(client, page, **{"action-submit": "1"})
        assert "没有人确认" in str(response.context["form"].errors["location"])
        assert not NoticePage.objects.get(pk=page.pk).workflow_in_progress

    def test_what_is_changed_while_submitting_needs_no_confirmation(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        client.post(confirm_url(page), {"mark": marks_of(page, "location", "ways")})
        edit(client, page, contact_name="王工", **{"action-submit": "1"})
        assert NoticePage.objects.get(pk=page.pk).workflow_in_progress

    def test_the_service_refuses_an_approval_all_the_same(self, people: People, page: NoticePage) -> None:
        with pytest.raises(NoticeRefusedError, match="没有人确认"):
            approve_notice(page=page, revision=page.get_latest_revision(), user=people.op, now=timezone.now())
        confirm(record=page.record, ids=None, user=people.li, now=timezone.now())
        confirm_wording(page)
        approve_notice(page=page, revision=page.get_latest_revision(), user=people.op, now=timezone.now())
        assert NoticePage.objects.get(pk=page.pk).record.stage == NoticeStage.PUBLISHED


class TestTheEditor:
    def test_the_panel_shows_the_source_with_its_passages(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'data-side-panel="source"' in html
        assert "<mark>安泽县唐城镇清水沟</mark>" in html
        assert "全部确认" in html

    def test_a_draft_without_a_source_has_no_such_panel(self, client: Any, people: People) -> None:
        client.force_login(people.li)
        page = make_draft(proponent=people.company_a)
        html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'data-side-panel="source"' not in html

    def test_the_register_entry_leads_to_the_list(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        url = reverse("notice_register:inspect", args=[page.record.pk])
        assert confirm_url(page) in client.get(url).content.decode()

    def test_the_passage_is_shown_with_what_stands_around_it(self, page: NoticePage) -> None:
        view = next(view for view in mark_views(page, open_marks(page), TEXT) if view.path == "contact_name")
        assert (view.before, view.passage, view.after) == ("联系人：", "李工", " 0357-7000001。")

    def test_passages_that_lie_in_each_other_leave_the_text_whole(self, page: NoticePage) -> None:
        fields = [
            ImportedField(pk=1, start=0, end=8),
            ImportedField(pk=2, start=5, end=14),
            ImportedField(pk=3),
        ]
        parts = segments(TEXT, fields)
        assert "".join(part.text for part in parts) == TEXT
        assert [part.anchors for part in parts] == [(1,), (2,), (), ()]
        assert [part.marked for part in parts] == [True, True, True, False]
