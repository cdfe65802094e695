"""By what a notice is judged: frozen sets, facts of other apps, the rounds of a project."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from notices import fact_providers
from notices.checklist import blocking_items, checklist_items
from notices.judgement import judgement_of
from notices.models import (
    AttachmentKind,
    NewspaperInsertion,
    NoticePage,
    NoticeRecord,
    NoticeStage,
    Project,
    Zone,
)
from notices.services import approve_notice, publish_due_notices
from notices.statutory.rules import Stage
from tests.factories import an_operator, attach_pdf, confirm, make_draft, make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
OLD_LAW = "依据《中华人民共和国环境影响评价法》编制环境影响报告书，即生态环境影响报告书。"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


def rules_on(page: NoticePage) -> set[str]:
    return {item.rule_id for item in checklist_items(page)}


class TestFrozenSets:
    def test_a_published_notice_is_judged_as_it_was_published(self) -> None:
        old = make_notice(now=at(2026, 8, 14), content=OLD_LAW)
        new = make_notice(now=at(2026, 8, 17), content=OLD_LAW, project_name="柳坪项目")
        assert (old.record.rule_set, old.record.term_set) == ("order4@2019-01-01", "terms@2019-01-01")
        assert (new.record.rule_set, new.record.term_set) == ("order4@2026-08-15", "terms@2026-08-15")
        assert {"L12", "L13"} & rules_on(old) == set()
        assert {"L12", "L13"} <= rules_on(new)
        basis = judgement_of(old).basis
        assert (basis.on, basis.rules.version) == (date(2026, 8, 14), "order4@2019-01-01")

    def test_the_record_decides_and_not_the_day(self) -> None:
        page = make_notice(now=at(2026, 8, 17), content=OLD_LAW)
        NoticeRecord.objects.update(rule_set="order4@2019-01-01", term_set="terms@2019-01-01")
        assert "L13" not in rules_on(NoticePage.objects.get(pk=page.pk))

    @pytest.mark.parametrize(
        ("planned", "rules"),
        [(date(2026, 8, 14), "order4@2019-01-01"), (date(2026, 8, 15), "order4@2026-08-15")],
    )
    def test_a_draft_is_judged_by_the_set_of_its_planned_date(self, planned: date, rules: str) -> None:
        page = make_draft(now=at(2026, 8, 3), planned_on=planned)
        judgement = judgement_of(page, on=date(2026, 8, 3))
        assert (judgement.basis.on, judgement.basis.rules.version) == (planned, rules)

    def test_its_dates_are_those_of_the_register_and_not_of_the_plan(self) -> None:
        page = make_notice(stage=NoticeStage.APPROVED)
        opened = timezone.now() + timedelta(days=9)
        assert publish_due_notices(now=opened) == []
        facts = judgement_of(NoticePage.objects.get(pk=page.pk)).facts
        page.record.refresh_from_db()
        assert facts.publication_date == facts.window_start == timezone.localdate(opened)
        assert facts.window_end == page.record.last_day

    def test_the_evidence_for_the_statement_is_due_once_the_window_is_over(self) -> None:
        running, closed = make_notice(), make_notice(stage="closed", project_name="柳坪项目")
        assert judgement_of(running).basis.stage == Stage.PUBLICATION
        assert judgement_of(closed).basis.stage == Stage.STATEMENT
        assert {"L15", "L16"} <= {item.rule_id for item in blocking_items(closed)}
        assert blocking_items(running) == []


class TestProvidedFacts:
    def test_a_provider_is_asked_for_the_notice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = make_draft()
        monkeypatch.setattr(fact_providers, "_providers", [])
        fact_providers.register(_two_open)
        fact_providers.register(_two_open)
        assert [item.message for item in checklist_items(page) if item.rule_id == "L20"] == [
            "还有2条按时收到的意见没有处理完，请逐条写明采纳情况和理由。"
        ]

    def test_two_providers_of_one_fact_are_a_mistake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = make_draft()
        monkeypatch.setattr(fact_providers, "_providers", [])
        fact_providers.register(_two_open)
        fact_providers.register(lambda notices: {"opinions_unanswered": 0})
        with pytest.raises(RuntimeError, match="opinions_unanswered"):
            checklist_items(page)

    def test_zones_of_the_operator_count_in_their_time(self) -> None:
        Zone.objects.create(code="141193", name="吕梁新区", valid_from=date(2022, 1, 1))
        page = make_draft(division_code="141193")
        assert "L29" not in rules_on(page)
        Zone.objects.update(valid_to=date(2023, 1, 1))
        assert "L29" in rules_on(page)

    def test_the_code_on_the_proponents_page_is_checked(self) -> None:
        people = make_people()
        people.company_a.uscc = "91110000600037341M"
        people.company_a.save(clean=False)  # as one that was kept before codes were checked at entry
        page = make_draft(proponent=people.company_a)
        assert "L26" in rules_on(page)

    def test_the_contract_date_of_a_first_round_is_asked_of_the_notice(self) -> None:
        late = timezone.localdate() - timedelta(days=40)
        page = make_draft(kind="first_round", contracted_on=late)
        assert "L18" in rules_on(page)
        confirm(page)
        record = approve_notice(
            page=page, revision=page.get_latest_revision(), user=an_operator(), now=timezone.now()
        )
        assert record.page.project.contracted_on == late


class TestLastRound:
    @pytest.fixture
    def people(self) -> People:
        return make_people()

    def last_round(self, people: People, **fields: Any) -> NoticePage:
        page = make_draft(proponent=people.company_a, kind="pre_approval", statement_count=1, **fields)
        attach_pdf(page, kind=AttachmentKind.STATEMENT, pages=["公众参与说明"])
        return NoticePage.objects.get(pk=page.pk)

    def test_it_answers_for_the_second_round_of_its_project(self, people: People) -> None:
        second = make_notice(proponent=people.company_a, stage="closed")
        page = self.last_round(people)
        assert page.project is None
        assert {"L15", "L16", "L21"} <= {item.rule_id for item in blocking_items(page)}
        NewspaperInsertion.objects.bulk_create(
            NewspaperInsertion(
                notice=second,
                newspaper="晋南日报",
                published_on=second.record.first_day + timedelta(days=day),
            )
            for day in (0, 2)
        )
        [item] = [item for item in blocking_items(page) if item.rule_id == "L15"]
        assert "版面照片" in item.message

    def test_a_second_round_published_elsewhere_is_unseen_and_blocks_nothing(self, people: People) -> None:
        page = self.last_round(people)
        assert blocking_items(page) == []
        assert "register_count" in judgement_of(page).facts.unseen

    def test_another_projects_second_round_is_not_its_own(self, people: People) -> None:
        make_notice(proponent=people.company_a, stage="closed", project_name="别的项目")
        make_notice(proponent=people.company_b, stage="closed")
        assert blocking_items(self.last_round(people)) == []
        assert Project.objects.count() == 2


def _two_open(notices: Any) -> dict[str, Any]:
    return {"opinions_unanswered": 2}
