"""The answering desk: who gets in, the worklist and its groups, answers and topics for what was ticked, the board sheet."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from notices.models import NoticePage
from notices.opinions.answer_sheet import answer_sheet
from notices.opinions.answering import answer_opinions
from notices.opinions.models import Answer, Channel, Opinion, Outcome, Topic, TopicMark
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne, record_on_behalf
from notices.opinions.topics import mark_topics
from notices.opinions.worklist import on_behalf_sentence
from notices.statutory.elsewhere import ELSEWHERE
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.notices.opinions.test_groups import SHEET
from tests.notices.opinions.test_staff import client_of
from tests.pdf import text_of_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = END + timedelta(days=1)
VIEWS = (
    "opinions_desk",
    "opinions_answer",
    "opinions_topics",
    "opinions_feedback",
    "opinions_calls",
    "opinions_texts",
    "opinions_sheet",
)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def some(page: NoticePage, *texts: str, **fields: Any) -> list[Opinion]:
    return [send(page, text, now=PUBLISHED, **fields).opinion for text in texts]


def get(user: Any, name: str, *args: Any, **query: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client_of(user).get(reverse(name, args=args), query)


def post(user: Any, name: str, page: NoticePage, **data: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client_of(user).post(reverse(name, args=[page.pk]), data)


def test_only_the_proponents_staff_gets_in(people: People, page: NoticePage) -> None:
    (opinion,) = some(page, "请加密监测井。")
    for who in ("rival", "guan", "op", "outsider", "stranger"):
        for name in VIEWS:
            answered = get(getattr(people, who), name, page.pk, opinion=opinion.pk)
            assert answered.status_code in (302, 403), (who, name)
            assert "请加密监测井" not in answered.content.decode()
        assert get(getattr(people, who), "opinions_group", page.pk, opinion.pk).status_code in (302, 403)
    for who in ("li", "zhao"):
        assert "请加密监测井" in get(getattr(people, who), "opinions_desk", page.pk).content.decode()


class TestWorklist:
    def test_one_text_of_many_people_stands_once_and_the_counts_add_up(self, people, page) -> None:
        same = some(page, *(SHEET.format(village=name) for name in ("甲村", "甲村", "乙村")))
        other = some(page, "请公开监测数据。")
        html = get(people.li, "opinions_desk", page.pk)
        assert [group.size for group in html.context["groups"]] == [3, 1]
        assert html.context["groups"][0].keys == tuple(opinion.pk for opinion in same)
        assert html.context["found"] == 4
        assert other[0].number in html.content.decode()
        assert "相近文字 2 种，3 人" in html.content.decode()

    def test_what_differs_is_shown_and_can_be_left_out(self, people, page) -> None:
        first, second = some(page, SHEET.format(village="甲村"), SHEET.format(village="乙村"))
        html = get(people.li, "opinions_group", page.pk, first.pk).content.decode()
        assert "<mark>乙</mark>" in html
        for opinion in (first, second):
            assert re.search(rf'name="opinions"[^>]*value="{opinion.pk}" checked', html)

    def test_limits_by_state_topic_village_channel_and_words(self, people, page) -> None:
        first, second = some(page, "井水", village="甲村") + some(page, "粉尘", village="乙村")
        mark_topics(opinions=[first], topics=[Topic.WATER], user=people.li, now=NOW)
        answer_opinions(
            opinions=[second], outcome=Outcome.NOT_ADOPTED, reason="达标", user=people.li, now=NOW
        )

        def found(**query: str) -> list[str]:
            groups = get(people.li, "opinions_desk", page.pk, **query).context["groups"]
            return [group.head.number for group in groups]

        assert found() == [first.number]
        assert found(state="due") == [second.number]
        assert found(state="all", topic="water") == [first.number]
        assert found(state="all", topic="none") == [second.number]
        assert found(state="all", village="乙村") == [second.number]
        assert found(state="all", q="粉尘") == [second.number]
        assert found(state="all", channel="letter") == []
        assert dict(get(people.li, "opinions_desk", page.pk).context["form"].fields["topic"].choices)[
            "water"
        ].endswith("1")

    def test_personal_data_in_a_text_is_masked(self, people, page) -> None:
        some(page, "请打我的电话13900000077，我家井水发浑。")
        html = get(people.li, "opinions_desk", page.pk).content.decode()
        assert "139****0077" in html
        assert "13900000077" not in html

    def test_a_destroyed_text_can_still_be_answered(self, people, page) -> None:
        gone, _kept = some(page, "违法内容违法内容违法内容违法内容", "请加密监测井。")
        Opinion.objects.filter(pk=gone.pk).update(destroyed_at=NOW)
        html = get(people.li, "opinions_desk", page.pk, state="all")
        assert "违法内容" not in html.content.decode()
        assert [group.destroyed for group in html.context["groups"]] == [False, True]
        data = {"opinions": gone.pk, "outcome": "no_specific_opinion", "reason": "内容已依法销毁。"}
        post(people.li, "opinions_answer", page, **data)
        assert Answer.objects.get().opinions.get() == gone

    def test_a_destroyed_text_waits_for_no_answer(self, people, page) -> None:
        gone, _kept = some(page, "违法内容违法内容违法内容违法内容", "请加密监测井。")
        Opinion.objects.filter(pk=gone.pk).update(destroyed_at=NOW)
        html = get(people.li, "opinions_desk", page.pk)
        assert [group.head.text for group in html.context["groups"]] == ["请加密监测井。"]
        counts = html.context["counts"]
        assert (counts["total"], counts["unanswered"], counts["ended"]) == (2, 1, 1)

    def test_it_asks_no_query_a_row(self, people, page, django_assert_max_num_queries) -> None:
        some(page, *(f"{number}号意见：请把第{number}眼井换个地方。" for number in range(3)))
        get(people.li, "opinions_desk", page.pk)
        with django_assert_max_num_queries(104) as few:
            get(people.li, "opinions_desk", page.pk)
        before = len(few.captured_queries)  # the next request empties the log
        some(page, *(f"另一件事{number * 7}：{'噪声水气渣'[number % 5] * 30}" for number in range(12)))
        get(people.li, "opinions_desk", page.pk)
        with django_assert_max_num_queries(before):
            get(people.li, "opinions_desk", page.pk)


class TestAnswering:
    def test_a_group_gets_one_answer_and_the_rest_of_the_form_shows_whom(self, people, page) -> None:
        found = some(page, *(SHEET.format(village=name) for name in ("甲村", "乙村")))
        picked = ",".join(str(opinion.pk) for opinion in found)
        opened = post(people.li, "opinions_answer", page, opinions=picked, pick="1").content.decode()
        assert "2 条意见" in opened
        assert "留有联系方式 2 条，没有 0 条" in opened
        data = {"opinions": picked, "outcome": "not_adopted", "reason": "选址经比选，见第三章。"}
        post(people.li, "opinions_answer", page, **data)
        assert Answer.objects.get().opinions.count() == 2

    def test_nothing_typed_is_lost_on_a_refusal(self, people, page) -> None:
        (opinion,) = some(page, "意见")
        data = {"opinions": opinion.pk, "outcome": "adopted", "reason": "已经补测三次。"}
        html = post(people.li, "opinions_answer", page, **data).content.decode()
        assert "请写明在报告书中的章节或页码" in html
        assert "已经补测三次。" in html
        assert Opinion.objects.get().answer is None

    def test_where_to_turn_is_taken_over_into_an_answer_out_of_scope(self, people, page) -> None:
        (opinion,) = some(page, "补偿款没有到账。")
        data = {"opinions": opinion.pk, "outcome": "out_of_scope", "reason": "不属于环评。"}
        post(people.li, "opinions_answer", page, **data, elsewhere=["land"])
        assert Answer.objects.get().reason == f"不属于环评。\n{ELSEWHERE[0].sentence}"

    def test_an_answer_is_offered_for_improvement_and_the_better_one_replaces_it(self, people, page) -> None:
        (opinion,) = some(page, "意见")
        first = answer_opinions(
            opinions=[opinion], outcome=Outcome.NOT_ADOPTED, reason="旧的理由", user=people.li, now=NOW
        )
        html = get(people.li, "opinions_answer", page.pk, opinion=opinion.pk).content.decode()
        assert "旧的理由" in html
        post(
            people.li, "opinions_answer", page, opinions=opinion.pk, outcome="not_adopted", reason="新的理由"
        )
        assert Opinion.objects.get().answer.replaces == first

    def test_an_answer_given_meanwhile_is_not_overwritten_unseen(self, people, page) -> None:
        (opinion,) = some(page, "意见")
        opened = post(people.li, "opinions_answer", page, opinions=opinion.pk, pick="1")
        data = {
            "opinions": opinion.pk,
            "outcome": "not_adopted",
            "reason": "我的理由",
            "seen": opened.context["form"]["seen"].value(),
        }
        answer_opinions(
            opinions=[opinion], outcome=Outcome.NOT_ADOPTED, reason="同事的理由", user=people.zhao, now=NOW
        )
        stopped = post(people.li, "opinions_answer", page, **data)
        assert "刚刚有人答复过" in stopped.content.decode()
        assert Opinion.objects.get().answer.reason == "同事的理由"
        post(people.li, "opinions_answer", page, **{**data, "seen": stopped.context["form"]["seen"].value()})
        assert Opinion.objects.get().answer.reason == "我的理由"

    def test_without_a_tick_one_is_sent_back_and_never_to_another_site(self, people, page) -> None:
        for back in ("https://example.com/", "//example.com/"):
            answered = post(people.li, "opinions_answer", page, pick="1", back=back)
            assert answered["Location"] == reverse("opinions_desk", args=[page.pk])


class TestTopics:
    def test_topics_are_added_to_many_and_set_on_one(self, people, page) -> None:
        first, second = some(page, "一", "二")
        both = f"{first.pk},{second.pk}"
        post(people.li, "opinions_topics", page, opinions=both, topics=["water"], add="add")
        post(people.li, "opinions_topics", page, opinions=both, topics=["air", "water"], add="add")
        assert TopicMark.objects.count() == 4
        post(people.li, "opinions_topics", page, opinions=first.pk, topics=["noise"], add="set")
        assert [mark.topic for mark in first.topics.all()] == ["noise"]
        assert second.topics.count() == 2

    def test_a_mark_of_the_system_is_shown_as_such_until_staff_confirm_it(self, people, page) -> None:
        (opinion,) = some(page, "意见")
        TopicMark.objects.create(opinion=opinion, topic=Topic.NOT_EIA, marked_at=NOW)
        assert "非环评事项（系统标记）" in get(people.li, "opinions_desk", page.pk).content.decode()
        assert "（系统标记）" in get(people.guan, "opinion_register:inspect", opinion.pk).content.decode()
        mark_topics(opinions=[opinion], topics=[Topic.NOT_EIA], user=people.li, now=NOW, add=True)
        assert "系统标" not in get(people.li, "opinions_desk", page.pk).content.decode()

    @pytest.mark.parametrize("who", ["rival", "guan", "op", "outsider"])
    def test_nobody_else_marks(self, people, page, who) -> None:
        (opinion,) = some(page, "意见")
        with pytest.raises(PermissionDenied):
            mark_topics(opinions=[opinion], topics=[Topic.AIR], user=getattr(people, who), now=NOW)

    def test_opinions_of_two_notices_are_not_marked_together(self, people, page) -> None:
        other = make_notice(proponent=people.company_a, now=PUBLISHED, project_name="另一个项目")
        both = some(page, "意见") + some(other, "别处")
        with pytest.raises(ValidationError):
            mark_topics(opinions=both, topics=[Topic.AIR], user=people.li, now=NOW)


class TestRegister:
    def test_it_is_limited_by_where_an_opinion_came_from_and_when(self, people, page) -> None:
        (web,) = some(page, "网上意见", village="南滩村")
        letter = record_on_behalf(
            record=page.record,
            page_one=PageOne(text="来信原文", channel=Channel.LETTER, village="东河村"),
            page_two=PageTwo(name="某人"),
            received_at=PUBLISHED + timedelta(days=4),
            user=people.li,
            now=PUBLISHED + timedelta(days=4),
        ).opinion
        (more,) = some(page, "补充说明", supplement_to=web)

        def found(**query: str) -> set[str]:
            html = get(people.guan, "opinion_register:index", **query).content.decode()
            return {row.number for row in (web, letter, more) if row.number in html}

        assert found(on_behalf="yes") == {letter.number}
        assert found(supplement="yes") == {more.number}
        assert found(village="东河") == {letter.number}
        assert found(received_at_from="2026-03-05") == {letter.number}
        assert found(state="unanswered") == {web.number, letter.number, more.number}
        assert found(state="told") == set()
        assert found(q="来信") == {letter.number}
        assert "代录 1 条，占 33%" in get(people.guan, "opinion_register:index").content.decode()
        assert "代录 1 条，占 33%" in get(people.guan, "opinions_notices").content.decode()

    def test_a_small_share_is_never_none(self) -> None:
        assert on_behalf_sentence(1, 5000) == "代录 1 条，占 1%"
        assert on_behalf_sentence(0, 10) == ""


def test_the_board_sheet_has_numbers_and_answers_but_no_names_and_no_texts(people, page) -> None:
    first, second, waiting = some(page, "我家井水发浑", "料棚扬尘", "还没有答复的")
    for opinion, reason in ((first, "已加密监测井。"), (second, "料棚改为双层。")):
        answer_opinions(
            opinions=[opinion],
            outcome=Outcome.ADOPTED,
            reason=reason,
            report_reference="第六章",
            user=people.li,
            now=NOW,
        )
    text = text_of_pdf(answer_sheet(notice=page, now=NOW))
    for shown in (page.project_name, first.number, second.number, "已加密监测井", "料棚改为双层", "尚有1条"):
        assert shown in text.replace(" ", "")
    for hidden in (PERSON.name, PERSON.contact, "井水发浑", waiting.number):
        assert hidden not in text
