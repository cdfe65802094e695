"""A finding is waived for one notice by an operator with a reason; it stays visible, and the window is never waived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.checklist import blocking_items, checklist_of
from notices.ledger.models import Entry
from notices.models import (
    Attachment,
    CommentWay,
    NewspaperInsertion,
    NoticePage,
    NoticePlace,
    NoticeRecord,
    NoticeStage,
    RuleWaiver,
)
from notices.permissions import OPERATOR_GROUP
from notices.services import approve_notice, chain_key, publish_due_notices
from notices.waivers import waive_finding, withdraw_waiver
from tests.factories import confirm, make_draft, make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
FEW_WAIVED = 1
PREFETCH = 1  # the files of all evidence in one query, once there is any
REASON = "评价范围由环评文件另行划定，见附件三。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def blocked(people: People) -> NoticePage:
    """Return a draft that only lacks its public scope (L09)."""
    return make_draft(proponent=people.company_a, public_scope="")


def latest(page: NoticePage) -> NoticePage:
    found: NoticePage = NoticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return found


def waive(page: NoticePage, user: Any, rule_id: str = "L09", reason: str = REASON) -> RuleWaiver:
    return waive_finding(record=page.record, rule_id=rule_id, reason=reason, user=user, now=timezone.now())


def entries(record: NoticeRecord) -> list[tuple[str, Any]]:
    rows = Entry.objects.filter(chain__key=chain_key(record)).order_by("position")
    return [(row.act, row.payload) for row in rows]


def another_operator(people: People) -> Any:
    user = type(people.op).objects.create_user("op2", password="op2")
    user.groups.add(Group.objects.get(name=OPERATOR_GROUP))
    return user


class TestWaiving:
    def test_it_frees_the_way_stays_visible_and_is_written_to_the_ledger(
        self, people: People, blocked: NoticePage
    ) -> None:
        assert [item.rule_id for item in blocking_items(latest(blocked))] == ["L09"]
        waiver = waive(blocked, people.op)
        assert blocking_items(latest(blocked)) == []
        [item] = checklist_of(latest(blocked)).waived
        assert item.waiver == waiver
        assert entries(blocked.record) == [("finding_waived", {"rule": "L09", "reason": REASON})]
        confirm(blocked)
        record = approve_notice(
            page=blocked, revision=blocked.get_latest_revision(), user=people.op, now=timezone.now()
        )
        record.refresh_from_db()
        assert record.stage == NoticeStage.PUBLISHED
        assert [row.rule_id for row in checklist_of(record.page).waived] == ["L09"]

    def test_it_covers_what_was_seen_and_nothing_that_the_rule_finds_later(
        self, people: People, blocked: NoticePage
    ) -> None:
        draft = latest(blocked)
        draft.division_code = "999999"
        draft.save_revision()
        waive(blocked, people.op, "L29")
        draft.places.add(NoticePlace(village="河西村", division_code="999998"))
        draft.save_revision()
        found = [item for item in checklist_of(latest(blocked)).warnings if item.rule_id == "L29"]
        assert [item.part for item in found] == ["division_code"]
        assert len([item for item in checklist_of(latest(blocked)).waived if item.rule_id == "L29"]) == 1

    @pytest.mark.parametrize("name", ["li", "rival", "guan", "outsider", "stranger"])
    def test_only_operators_waive(self, people: People, blocked: NoticePage, name: str) -> None:
        with pytest.raises(PermissionDenied):
            waive(blocked, getattr(people, name))
        assert not RuleWaiver.objects.exists()

    def test_nobody_waives_on_what_he_submitted_or_made(self, people: People, blocked: NoticePage) -> None:
        NoticePage.objects.filter(pk=blocked.pk).update(owner=people.op)
        with pytest.raises(ValidationError, match="提交人不能豁免"):
            waive(NoticePage.objects.get(pk=blocked.pk), people.op)
        NoticePage.objects.filter(pk=blocked.pk).update(owner=people.li)
        blocked.get_workflow().start(blocked, people.op)
        with pytest.raises(ValidationError, match="提交人不能豁免"):
            waive(NoticePage.objects.get(pk=blocked.pk), people.op)
        assert waive(NoticePage.objects.get(pk=blocked.pk), another_operator(people))

    def test_a_waiver_no_longer_counts_when_its_maker_submits(
        self, people: People, blocked: NoticePage
    ) -> None:
        waive(blocked, people.op)
        assert blocking_items(latest(blocked)) == []
        blocked.get_workflow().start(blocked, people.op)
        assert [item.rule_id for item in blocking_items(latest(blocked))] == ["L09"]

    def test_the_window_cannot_be_waived(self, people: People, blocked: NoticePage) -> None:
        draft = latest(blocked)
        draft.requested_last_day = timezone.localdate() + timedelta(days=3)
        draft.save_revision()
        for rule_id in ("L01", "L02"):
            with pytest.raises(ValidationError, match="不能豁免"):
                waive(blocked, people.op, rule_id)

    def test_a_reason_and_a_finding_are_needed(self, people: People, blocked: NoticePage) -> None:
        with pytest.raises(ValidationError, match="理由"):
            waive(blocked, people.op, reason=" ")
        with pytest.raises(ValidationError, match="没有发现问题"):
            waive(blocked, people.op, "L23")

    def test_nothing_is_waived_on_a_published_notice(self, people: People) -> None:
        with pytest.raises(ValidationError, match="已公开"):
            waive(make_notice(proponent=people.company_a), people.op, "L15")

    def test_a_notice_refused_on_its_date_opens_once_the_finding_is_waived(self, people: People) -> None:
        page = make_notice(proponent=people.company_a, stage=NoticeStage.APPROVED)
        due = timezone.now() + timedelta(days=7)
        # No path of the portal takes a checked file away: here it only ceases to be the report.
        Attachment.objects.filter(notice=page).update(kind="other")
        assert publish_due_notices(now=due) == [page.record.code]
        page.record.refresh_from_db()
        assert "L04" in page.record.refusal[0]
        waive(page, people.op, "L04")
        confirm(page)
        assert publish_due_notices(now=due) == []
        page.record.refresh_from_db()
        assert page.record.stage == NoticeStage.PUBLISHED


class TestWithdrawing:
    def test_the_finding_counts_again_and_both_reasons_stay(
        self, people: People, blocked: NoticePage
    ) -> None:
        waiver = waive(blocked, people.op)
        withdraw_waiver(waiver=waiver, reason="附件三没有范围图。", user=people.op, now=timezone.now())
        assert [item.rule_id for item in blocking_items(latest(blocked))] == ["L09"]
        waiver.refresh_from_db()
        assert (waiver.reason, waiver.withdrawal_reason) == (REASON, "附件三没有范围图。")
        assert [act for act, _payload in entries(blocked.record)] == ["finding_waived", "waiver_withdrawn"]
        with pytest.raises(ValidationError, match="已经撤销"):
            withdraw_waiver(waiver=waiver, reason="再撤", user=people.op, now=timezone.now())

    def test_only_operators_and_only_before_publication(self, people: People, blocked: NoticePage) -> None:
        waiver = waive(blocked, people.op)
        for user in (people.li, people.rival, people.guan, people.outsider):
            with pytest.raises(PermissionDenied):
                withdraw_waiver(waiver=waiver, reason="不同意", user=user, now=timezone.now())
        confirm(blocked)
        approve_notice(
            page=blocked, revision=blocked.get_latest_revision(), user=people.op, now=timezone.now()
        )
        with pytest.raises(ValidationError, match="已公开"):
            withdraw_waiver(waiver=waiver, reason="太晚", user=people.op, now=timezone.now())


class TestCheckSheet:
    def sheet(self, client: Any, user: Any, page: NoticePage) -> Any:
        client.force_login(user)
        return client.get(reverse("notice_check", args=[page.record.pk]))

    def test_it_shows_each_finding_with_rule_article_source_and_fact(
        self, client: Any, people: People, blocked: NoticePage
    ) -> None:
        html = self.sheet(client, people.op, blocked).content.decode()
        for text in (
            "请写明征求意见的公众范围",
            "L09 公众范围",
            "办法第五条、第十条（二）",
            "未核对原文",
            "公众范围：未填写",
            "未发现问题",
            "适用的规则 order4@",
        ):
            assert text in html

    def test_the_operator_waives_and_withdraws_from_it(
        self, client: Any, people: People, blocked: NoticePage
    ) -> None:
        html = self.sheet(client, people.op, blocked).content.decode()
        url = reverse("notice_waive", args=[blocked.record.pk, "L09"])
        assert url in html
        assert client.post(url, {"reason": ""}).context["form"].errors["reason"]
        html = client.post(url, {"reason": REASON}, follow=True).content.decode()
        assert f"由 op 豁免，理由：{REASON}" in html
        undo = reverse("notice_waiver_withdraw", args=[RuleWaiver.objects.get().pk])
        assert undo in html
        html = client.post(undo, {"reason": "理由不成立。"}, follow=True).content.decode()
        assert "由 op 撤销，理由：理由不成立。" in html
        assert url in html

    @pytest.mark.parametrize("name", ["li", "rival", "guan", "outsider"])
    def test_nobody_else_opens_the_forms(
        self, client: Any, people: People, blocked: NoticePage, name: str
    ) -> None:
        waiver = waive(blocked, people.op)
        client.force_login(getattr(people, name))
        for url in (
            reverse("notice_waive", args=[blocked.record.pk, "L15"]),
            reverse("notice_waiver_withdraw", args=[waiver.pk]),
        ):
            client.post(url, {"reason": "x"})
        waiver.refresh_from_db()
        assert waiver.withdrawn_at is None
        assert RuleWaiver.objects.count() == 1

    def test_who_sees_a_draft_and_who_a_published_notice(
        self, client: Any, people: People, blocked: NoticePage
    ) -> None:
        waive(blocked, people.op)
        seen = {
            name: self.sheet(client, getattr(people, name), blocked).status_code
            for name in ("op", "li", "rival", "guan", "outsider")
        }
        assert seen == {"op": 200, "li": 200, "rival": 404, "guan": 404, "outsider": 302}
        confirm(blocked)
        approve_notice(
            page=blocked, revision=blocked.get_latest_revision(), user=people.op, now=timezone.now()
        )
        response = self.sheet(client, people.guan, blocked)
        assert response.status_code == 200
        html = response.content.decode()
        assert REASON in html
        assert "/waive/" not in html
        assert "/withdraw/" not in html
        assert self.sheet(client, people.rival, blocked).status_code == 404

    def test_the_window_shows_why_it_is_not_waived(
        self, client: Any, people: People, blocked: NoticePage
    ) -> None:
        draft = latest(blocked)
        draft.requested_last_day = timezone.localdate() + timedelta(days=3)
        draft.save_revision()
        html = self.sheet(client, people.op, blocked).content.decode()
        assert "不能豁免" in html
        assert reverse("notice_waive", args=[blocked.record.pk, "L02"]) not in html

    def test_ways_lead_to_it(self, client: Any, people: People, blocked: NoticePage) -> None:
        waive(blocked, people.op)
        blocked.get_workflow().start(blocked, people.li)
        client.force_login(people.op)
        url = reverse("notice_check", args=[blocked.record.pk])
        for page in (
            reverse("wagtailadmin_home"),
            reverse("notice_register:inspect", args=[blocked.record.pk]),
            reverse("wagtailadmin_pages:edit", args=[blocked.pk]),
        ):
            assert url in client.get(page).content.decode()


def test_the_checklist_costs_the_same_whatever_it_finds(people: People, blocked: NoticePage) -> None:
    def queries() -> int:
        # Loading a revision asks once for every row of it; that is Wagtail's.
        draft = latest(blocked)
        with CaptureQueriesContext(connection) as captured:
            checklist_of(draft)
        return len(captured)

    waive(blocked, people.op)
    queries()
    few = queries()
    draft = latest(blocked)
    for number in range(5):
        draft.places.add(NoticePlace(village=f"第{number}村", division_code=f"99999{number}"))
        draft.ways.add(CommentWay(way="fax", address=""))
    draft.save_revision()
    NewspaperInsertion.objects.bulk_create(
        NewspaperInsertion(notice=blocked, newspaper="晋南日报", published_on=timezone.localdate())
        for _number in range(5)
    )
    waive(blocked, people.op, "L29")
    assert len(checklist_of(latest(blocked)).waived) > FEW_WAIVED
    assert queries() <= few + PREFETCH
