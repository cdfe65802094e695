"""After closing: numbers for everybody, texts only by choice of the proponent, consent of the writer and a second look."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from notices.exports.models import Profile
from notices.ledger.models import Entry
from notices.opinions import public_renderings
from notices.opinions.answering import (
    answer_opinions,
    redact_opinion,
    withdraw_redaction,
)
from notices.opinions.models import (
    Channel,
    ContactKind,
    Opinion,
    Outcome,
    PublicRelease,
    Topic,
    WithdrawnBecause,
)
from notices.opinions.page_two import PageTwo
from notices.opinions.public_renderings import PDF, Rendering
from notices.opinions.publication import (
    decide_disclosure,
    recheck_public_opinions,
    release_opinions,
    withdraw_release,
)
from notices.opinions.redaction import normalised, strike
from notices.opinions.services import PageOne, record_on_behalf
from notices.opinions.topics import mark_topics
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, exported, looked_at, send
from tests.pdf import make_pdf
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DURING = PUBLISHED + timedelta(days=3)
AFTER = END + timedelta(hours=2)
NAME = "测试人欧阳"
OPEN_HEARTED = PageTwo(contact_kind=ContactKind.MOBILE, contact="13900000001", name=NAME, show_text=True)
EVERYBODY = ("li", "rival", "op", "guan", "outsider", "stranger")


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page):
    return make_people()


def consenting(page, text: str) -> Opinion:
    return send(page, text, now=PUBLISHED + timedelta(days=1), page_two=OPEN_HEARTED).opinion


def answer(people, *opinions: Opinion, reason: str = "已加密监测。") -> None:
    answer_opinions(
        opinions=opinions,
        outcome=Outcome.ADOPTED,
        report_reference="第六章",
        reason=reason,
        user=people.li,
        now=AFTER,
    )


def disclose(people, page, *, shown: bool = True) -> None:
    decide_disclosure(notice=page, shown=shown, user=people.li, now=AFTER)


def release(people, page, *opinions: Opinion):
    return release_opinions(notice=page, looked_at=looked_at(*opinions), user=people.li, now=AFTER)


def redact(people, opinion: Opinion, *struck: str) -> None:
    redact_opinion(
        opinion=opinion,
        text=strike(opinion.text, struck),
        struck=struck,
        reason="他人信息",
        user=people.li,
        now=AFTER,
    )


def public_page(page, *, at=AFTER, query: str = "") -> str:
    with time_machine.travel(at, tick=False):
        response = Client().get(f"/n/{page.record.code}/opinions/{query}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    # Names are marked as Chinese for readers of the page in English.
    return re.sub(r'<span lang="zh-Hans">(.*?)</span>', r"\1", response.content.decode())


@pytest.fixture
def shown(page, people) -> Opinion:
    opinion = consenting(page, "请公开井水的监测结果。")
    answer(people, opinion)
    disclose(people, page)
    assert release(people, page, opinion).shown == (opinion.number,)
    return opinion


def test_the_numbers_are_complete_and_zero_is_said_as_zero(page, people) -> None:
    first = send(page, "水的意见", now=PUBLISHED, village="清水沟村").opinion
    send(page, "补充一点", now=PUBLISHED, supplement_to=first)
    send(page, "晚了几分钟", now=END + timedelta(minutes=5), issued=END - timedelta(minutes=5))
    record_on_behalf(
        record=page.record,
        page_one=PageOne(text="来信", channel=Channel.LETTER, village="王二小家隔壁"),
        page_two=None,
        received_at=PUBLISHED + timedelta(days=1),
        user=people.li,
        now=PUBLISHED + timedelta(days=2),
    )
    mark_topics(opinions=[first], topics=[Topic.WATER, Topic.AIR], user=people.li, now=AFTER)
    answer(people, first)
    html = public_page(page)
    for words in (
        "共 4 条",
        "期限内 3，逾期 1",
        "网上 3",
        "信函 1",
        "传真 0",
        "清水沟村 1",
        "柳坪村 0",
        "其他地方 1",
        "未填写 2",
        "水 1",
        "大气 1",
        "噪声 0",
        "已答复 1，尚未答复 3",
        "采纳 1",
        "未采纳 0",
    ):
        assert words in html, words
    assert "王二小" not in html
    assert "水的意见" not in html


def test_a_notice_without_opinions_says_so(page) -> None:
    html = public_page(page)
    assert "共 0 条" in html
    assert "没有收到意见" in html
    with time_machine.travel(AFTER, tick=False):
        notice = Client().get(f"/n/{page.record.code}/").content.decode()
    assert "收到意见 0 条。" in notice


def test_before_closing_only_the_running_count_is_shown(page, people) -> None:
    opinion = consenting(page, "请公开井水的监测结果。")
    with pytest.raises(ValidationError):
        decide_disclosure(notice=page, shown=True, user=people.li, now=DURING)
    html = public_page(page, at=DURING)
    assert "目前收到 1 条意见" in html
    assert "处理情况</h2>" not in html
    assert opinion.text not in html
    with time_machine.travel(DURING, tick=False):
        assert "目前收到 1 条意见" in Client().get(f"/n/{page.record.code}/").content.decode()


def test_a_text_needs_choice_consent_answer_and_a_look(page, people) -> None:
    willing, unwilling = consenting(page, "愿意公开的话"), send(page, "不愿公开的话", now=PUBLISHED).opinion
    unanswered = consenting(page, "还没有答复的话")
    with pytest.raises(ValidationError):
        release(people, page, willing)
    disclose(people, page)
    assert "愿意公开的话" not in public_page(page)
    answer(people, willing, unwilling)
    outcome = release(people, page, willing, unwilling, unanswered)
    assert outcome.shown == (willing.number,)
    html = public_page(page)
    assert "愿意公开的话" in html
    assert willing.number in html
    assert "已加密监测。" in html
    for hidden_one in ("不愿公开的话", "还没有答复的话", unwilling.number, NAME, OPEN_HEARTED.contact):
        assert hidden_one not in html
    disclose(people, page, shown=False)
    assert "愿意公开的话" not in public_page(page)
    disclose(people, page)
    assert "愿意公开的话" in public_page(page)
    acts = list(Entry.objects.filter(act="disclosure_decided").order_by("position"))
    assert [entry.payload["opinions_shown"] for entry in acts] == [True, False, True]
    assert Entry.objects.get(act="opinions_published").payload["numbers"] == [willing.number]


def test_a_withdrawn_consent_takes_the_text_off_at_once(page, shown) -> None:
    assert shown.text in public_page(page)
    commenter = shown.commenter
    commenter.show_text = False
    commenter.save(update_fields=["show_text"])
    assert shown.text not in public_page(page)
    assert not exported(page, Profile.PUBLIC, now=AFTER)


def test_another_answer_or_redaction_waits_to_be_looked_at_again(page, people, shown) -> None:
    answer(people, shown, reason="监测结果每季度公开。")
    html = public_page(page)
    assert shown.text not in html
    assert "每季度" not in html
    release(people, page, shown)
    assert "每季度" in public_page(page)
    redact(people, shown, "监测结果")
    assert shown.text not in public_page(page)
    withdraw_redaction(opinion=shown, reason="不必遮盖", user=people.li, now=AFTER)
    assert shown.text not in public_page(page)
    release(people, page, shown)
    assert shown.text in public_page(page)


def test_staff_take_a_text_off_again(page, people, shown) -> None:
    withdraw_release(opinion=shown, user=people.li, now=AFTER)
    assert shown.text not in public_page(page)
    assert Entry.objects.get(act="opinions_unpublished").payload["numbers"] == [shown.number]


def test_only_the_redacted_text_is_public(page, people) -> None:
    opinion = consenting(page, "隔壁老李头的井水发浑。")
    answer(people, opinion)
    redact(people, opinion, "老李头")
    disclose(people, page)
    assert release(people, page, opinion).shown == (opinion.number,)
    html = public_page(page)
    assert "隔壁■■的井水发浑。" in html
    assert "老李头" not in html
    (row,) = exported(page, Profile.PUBLIC, now=AFTER)
    assert "老李头" not in str(row)


def test_a_public_export_holds_nothing_before_the_window_is_over(page, shown) -> None:
    assert exported(page, Profile.PUBLIC, now=AFTER)
    assert not exported(page, Profile.PUBLIC, now=DURING)


def test_what_the_notice_itself_prints_does_not_stop_a_text(page, people) -> None:
    opinion = consenting(page, "我住清水沟，井水发浑。")
    answer(people, opinion)
    redact(people, opinion, "清水沟")
    disclose(people, page)
    assert "清水沟" in page.project_name
    assert release(people, page, opinion).shown == (opinion.number,)


def test_an_answer_that_repeats_what_was_struck_out_stops_the_text(page, people) -> None:
    opinion, other = consenting(page, "隔壁老李头的井水发浑。"), consenting(page, "料棚请封闭。")
    answer(people, opinion, reason="已走访老 李头。")
    answer(people, other)
    redact(people, opinion, "老李头")
    disclose(people, page)
    outcome = release(people, page, opinion, other)
    assert (outcome.shown, outcome.stopped) == ((other.number,), (opinion.number,))
    html = public_page(page)
    assert other.text in html
    assert opinion.number not in html
    answer(people, opinion, reason="已走访。")
    assert release(people, page, opinion).shown == (opinion.number,)


@pytest.mark.parametrize(
    "slip",
    [
        "<p>{{ opinion.text }}</p>",
        '<li title="{{ opinion.text }}">{{ opinion.public_text }}</li>',
        "<!-- {{ opinion.text }} -->",
        "{% for char in opinion.text %}<b>{{ char }}</b>{% endfor %}",
    ],
)
def test_a_template_that_prints_the_original_publishes_nothing(
    page, people, settings, tmp_path, slip
) -> None:
    opinion = consenting(page, "隔壁老李头的井水发浑。")
    answer(people, opinion)
    redact(people, opinion, "老李头")
    disclose(people, page)
    broken = tmp_path / "opinions" / "public_opinions.html"
    broken.parent.mkdir()
    rows = "{% for label, opinions in groups %}{% for opinion in opinions %}"
    broken.write_text(f"{rows}{slip}{{% endfor %}}{{% endfor %}}")
    normal = settings.TEMPLATES
    settings.TEMPLATES = [{**normal[0], "DIRS": [tmp_path, *normal[0]["DIRS"]]}]
    assert release(people, page, opinion).stopped == (opinion.number,)
    settings.TEMPLATES = normal
    stopped = PublicRelease.objects.get()
    assert stopped.withdrawn_because == WithdrawnBecause.EXPOSED
    assert "老李头" not in public_page(page)
    client = Client()
    client.force_login(people.li)
    with time_machine.travel(AFTER, tick=False):
        screen = client.get(reverse("opinions_publication", args=[page.pk])).content.decode()
        home = client.get("/admin/").content.decode()
        client.force_login(people.op)
        operator_home = client.get("/admin/").content.decode()
    assert "1 条意见核对时被拦下" in screen
    assert "核对时拦下的意见" in home
    # Only the proponent can do something about it.
    assert "核对时拦下的意见" not in operator_home


@pytest.mark.parametrize("printed", [True, False])
def test_a_public_pdf_is_read_back_as_well(page, people, monkeypatch, printed) -> None:
    def volume(record, opinions):
        texts = [opinion.text if printed else opinion.public_text for opinion in opinions]
        return [Rendering("公开卷", make_pdf(["公众意见", *texts]), PDF)]

    monkeypatch.setattr(public_renderings, "_providers", [*public_renderings._providers, volume])
    opinion = consenting(page, "隔壁老李头的井水发浑。")
    answer(people, opinion)
    redact(people, opinion, "老李头")
    disclose(people, page)
    assert bool(release(people, page, opinion).stopped) == printed


def test_a_pdf_that_cannot_be_read_back_publishes_nothing(page, people, monkeypatch) -> None:
    def broken(record, opinions):
        return [Rendering("公开卷", b"%PDF-1.7 broken", PDF)]

    monkeypatch.setattr(public_renderings, "_providers", [broken])
    opinion = consenting(page, "隔壁老李头的井水发浑。")
    answer(people, opinion)
    redact(people, opinion, "老李头")
    disclose(people, page)
    with pytest.raises(ValidationError):
        release(people, page, opinion)
    assert not PublicRelease.objects.exists()


def test_what_a_later_page_exposes_is_found_and_stopped(page, people, monkeypatch) -> None:
    opinion, other = consenting(page, "隔壁老李头的井水发浑。"), consenting(page, "料棚请封闭。")
    answer(people, opinion, other)
    redact(people, opinion, "老李头")
    disclose(people, page)
    release(people, page, opinion, other)
    assert recheck_public_opinions(now=AFTER) == 0
    with monkeypatch.context() as patch:
        patch.setattr(Opinion, "public_text", property(lambda opinion: opinion.text))
        assert recheck_public_opinions(now=AFTER + timedelta(days=1)) == 1
    html = public_page(page)
    assert "■■" not in html.split("<ol")[1]
    assert "料棚请封闭。" in html
    assert Entry.objects.get(act="opinions_unpublished").role == "portal"


@pytest.mark.parametrize("who", ["rival", "op", "guan", "outsider", "stranger"])
def test_nobody_but_the_proponent_decides_what_is_public(page, people, who) -> None:
    user = getattr(people, who)
    opinion = consenting(page, "请公开井水的监测结果。")
    answer(people, opinion)
    with pytest.raises(PermissionDenied):
        decide_disclosure(notice=page, shown=True, user=user, now=AFTER)
    with pytest.raises(PermissionDenied):
        release_opinions(notice=page, looked_at=looked_at(opinion), user=user, now=AFTER)
    with pytest.raises(PermissionDenied):
        withdraw_release(opinion=opinion, user=user, now=AFTER)
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    address = reverse("opinions_publication", args=[page.pk])
    with time_machine.travel(AFTER, tick=False):
        for response in (client.get(address), client.post(address, {"act": "show"})):
            assert response.status_code in (302, 403)
            assert opinion.text not in response.content.decode()
    assert opinion.text not in public_page(page)


def test_the_proponent_looks_and_releases_on_the_screen(page, people) -> None:
    opinion = consenting(page, "请打13900000077告诉我结果。")
    answer(people, opinion)
    client = Client()
    client.force_login(people.li)
    address = reverse("opinions_publication", args=[page.pk])
    with time_machine.travel(AFTER, tick=False):
        assert "选择公开意见和答复" in client.get(address).content.decode()
        client.post(address, {"act": "show"})
        waiting = client.get(address).content.decode()
        assert "文中还有：" in waiting
        client.post(address, {"act": "release", "opinion": ticks(waiting)})
        assert opinion.text in public_page(page)
        released = client.get(address, {"list": "released"}).content.decode()
        assert opinion.number in released
        client.post(address, {"act": "withdraw", "opinion": ticks(released)})
    assert opinion.text not in public_page(page)


def ticks(html: str) -> list[str]:
    """Return the values of all boxes on the screen."""
    return re.findall(r'name="opinion" value="([^"]+)"', html)


def test_only_what_was_looked_at_is_released(page, people) -> None:
    redacted, answered, same = (consenting(page, f"隔壁老李头的井水发浑{index}。") for index in range(3))
    answer(people, redacted, answered, same)
    redact(people, redacted, "老李头")
    disclose(people, page)
    client = Client()
    client.force_login(people.li)
    address = reverse("opinions_publication", args=[page.pk])
    with time_machine.travel(AFTER, tick=False):
        looked = ticks(client.get(address).content.decode())
        withdraw_redaction(opinion=redacted, reason="不必遮盖", user=people.li, now=AFTER)
        answer(people, answered, reason="刚刚改过的答复。")
        told = client.post(address, {"act": "release", "opinion": looked}, follow=True).content.decode()
        html = public_page(page)
        assert same.text in html
        for hidden_one in (redacted.text, answered.text, "刚刚改过的答复"):
            assert hidden_one not in html
        assert "已公开 1 条意见" in told
        (refusal,) = [line for line in told.splitlines() if "以下意见没有公开" in line]
        assert redacted.number in refusal
        assert answered.number in refusal
        assert same.number not in refusal
        again = ticks(client.get(address).content.decode())
        client.post(address, {"act": "release", "opinion": again})
    assert answered.text in public_page(page)


def test_a_tick_sent_twice_or_forged_does_no_harm(page, people, shown) -> None:
    client = Client()
    client.force_login(people.li)
    address = reverse("opinions_publication", args=[page.pk])
    values = [f"{look.opinion}:{look.answer}:{look.redaction}" for look in looked_at(shown)]
    with time_machine.travel(AFTER, tick=False):
        for sent in (values, [str(shown.pk)], ["9" * 30 + ":1:0"], ["x:y:z"]):
            again = client.post(address, {"act": "release", "opinion": sent}, follow=True).content.decode()
            assert "以下意见没有公开" not in again
    assert PublicRelease.objects.count() == 1


@pytest.mark.parametrize("stage", ["draft", "approved"])
def test_a_notice_that_is_not_public_has_no_such_page(stage) -> None:
    page = make_notice(stage=stage, now=PUBLISHED)
    assert Client().get(f"/n/{page.record.code}/opinions/").status_code == 404


def test_opinions_stand_under_their_topics_and_the_page_costs_the_same_for_many(
    page, people, django_assert_max_num_queries
) -> None:
    def more(count: int) -> None:
        new = [consenting(page, f"第{index}条说水") for index in range(count)]
        for opinion in new:
            mark_topics(opinions=[opinion], topics=[Topic.WATER], user=people.li, now=AFTER)
        answer(people, *new)
        release(people, page, *new)

    disclose(people, page)
    more(2)
    odd = consenting(page, "说别的")
    answer(people, odd)
    release(people, page, odd)
    html = public_page(page)
    assert html.index("<h3>水</h3>") < html.index("<h3>未分类</h3>") < html.index("说别的")
    assert "说别的" not in public_page(page, query="?topic=water")
    assert "第0条说水" in public_page(page, query="?topic=water")
    assert "说别的" in public_page(page, query="?topic=%22%3E")
    with django_assert_max_num_queries(40) as few:
        public_page(page)
    more(12)
    with django_assert_max_num_queries(len(few.captured_queries)):
        public_page(page)


def test_each_rendering_is_prepared_for_comparison_once(page, people, monkeypatch) -> None:
    prepared = []

    def counting(text: str) -> str:
        prepared.append(text)
        return normalised(text)

    monkeypatch.setattr(public_renderings, "normalised", counting)
    opinions = [consenting(page, f"隔壁老李头家{index}的井水发浑。") for index in range(6)]
    answer(people, *opinions)
    for index, opinion in enumerate(opinions):
        redact(people, opinion, "老李头", f"家{index}")
    disclose(people, page)
    assert len(release(people, page, *opinions).shown) == len(opinions)
    # The page with and without the opinions, each with and without its tags.
    assert len([text for text in prepared if page.project_name in text]) == 2 * 2
