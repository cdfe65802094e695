"""The public form, walked without JavaScript: order, messages, and that nothing typed is ever lost."""

from __future__ import annotations

import html as html_module
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from notices.opinions import throttle
from notices.opinions.form_tokens import LIFETIME
from notices.opinions.models import Opinion
from notices.opinions.page_two import unseal
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler, hidden

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPEN = PUBLISHED + timedelta(days=1)
TYPED = {
    "text": "第一行 <b>不是标签</b> & “引号”\n第二行 😀 𠮷",
    "village": "柳坪村",
    "contact": "139 0000 0001",
    "name": "测试甲",
    "address": "测试乡测试村",
    "id_number": "11010519491231002X",
    "id_number_consent": "on",
    "show_text": "on",
    "filled_by_helper": "on",
}


@pytest.fixture
def clock():
    cache.clear()
    with time_machine.travel(OPEN, tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def filler(clock):
    return Filler(make_notice(now=PUBLISHED))


def walk_to_check(filler, clock, **typed):
    """Fill in both pages; return the check page."""
    filler.open()
    clock.shift(20)
    filler.post("contact", "opinion", text=typed["text"])
    clock.shift(20)
    return filler.post("check", "contact", **typed)


def assert_kept(response, typed) -> None:
    """Assert that every typed value stands in the answered page, shown or hidden."""
    page = html_module.unescape(response.content.decode())
    for name, value in typed.items():
        if name in ("id_number_consent", "show_text", "filled_by_helper", "publish_personal"):
            assert f'name="{name}"' in page
        else:
            assert value in page, name


def test_an_opinion_goes_through_two_pages_and_a_check_to_its_receipt(filler, clock) -> None:
    assert "与本项目环境影响和环境保护措施有关的建议和意见" in filler.open()
    clock.shift(20)
    contact = filler.post("contact", "opinion", text=TYPED["text"], village="柳坪村")
    assert "您的信息怎么用" in contact.content.decode()
    assert hidden(contact.content.decode(), "village") == "柳坪村"
    check = filler.post("check", "contact", **TYPED)
    assert_kept(check, {**TYPED, "contact": "13900000001"})
    assert not Opinion.objects.exists()
    receipt = filler.post("send", "check", **TYPED).content.decode()
    opinion = Opinion.objects.get()
    assert opinion.number in receipt
    assert "+08:00" in receipt
    assert opinion.ledger_entry.previous in receipt
    assert opinion.text == TYPED["text"]
    assert (opinion.village, opinion.in_scope, opinion.filled_by_helper) == ("柳坪村", True, True)
    person = unseal(opinion.commenter)
    assert (person.contact, person.name, person.id_number) == ("13900000001", "测试甲", "11010519491231002X")
    assert (opinion.commenter.show_text, opinion.commenter.publish_personal) == (True, False)


def test_only_text_and_one_contact_are_compulsory_and_consents_default_to_no(filler, clock) -> None:
    walk_to_check(filler, clock, text="意见", contact="0357-2345678")
    filler.post("send", "check", text="意见", contact="0357-2345678")
    commenter = Opinion.objects.get().commenter
    assert (commenter.kind, commenter.contact_kind) == ("person", "landline")
    assert {commenter.publish_personal, commenter.show_text, commenter.id_number_consent} == {False}


@pytest.mark.parametrize(
    ("typed", "stored", "kind"),
    [
        ("１３９０００００００１", "13900000001", "mobile"),
        ("+86 139-0000-0001", "13900000001", "mobile"),
        ("(0357) 2000001", "0357-2000001", "landline"),
        ("0357-2000001", "0357-2000001", "landline"),
        ("010-62000001-12", "010-62000001-12", "landline"),
        ("Name@Example.COM", "Name@example.com", "email"),
        ("name＠example.com", "name@example.com", "email"),
    ],
)
def test_contacts_are_brought_to_one_form(filler, clock, typed, stored, kind) -> None:
    walk_to_check(filler, clock, text="意见", contact=typed)
    filler.post("send", "check", text="意见", contact=typed)
    opinion = Opinion.objects.get()
    assert (unseal(opinion.commenter).contact, opinion.commenter.contact_kind) == (stored, kind)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"contact": ""}, "请留一个联系方式"),
        ({"contact": "1390000000"}, "手机号码应为 11 位，现有 10 位"),
        ({"contact": "2000001"}, "固定电话请加上区号"),
        ({"contact": "name@"}, "邮箱地址不完整"),
        ({"contact": "微信同名"}, "请填手机号码"),
        ({"uscc": "91110000600037341M"}, "校验位不符"),
        ({"id_number_consent": ""}, "请勾选同意，或者把身份证号清空"),
        ({"name": "长" * 101}, "100"),
    ],
)
def test_a_wrong_field_is_explained_beside_it_and_everything_stays(filler, clock, wrong, message) -> None:
    typed = {**TYPED, **wrong}
    typed = {name: value for name, value in typed.items() if value}
    response = walk_to_check(filler, clock, **typed)
    page = response.content.decode()
    assert message in page
    assert "error-summary" in page
    assert f'id="id_{next(iter(wrong))}_error"' in page
    assert_kept(response, typed)
    assert_kept(filler.post("send", "check", **typed), typed)
    assert not Opinion.objects.exists()


def test_too_long_a_text_is_refused_with_its_length_and_kept(filler, clock) -> None:
    filler.open()
    text = "字" * 40_001
    page = filler.post("contact", "opinion", **{**TYPED, "text": text})
    assert "现有 40001 字" in page.content.decode()
    assert_kept(page, {**TYPED, "text": text})


def test_an_empty_opinion_is_asked_for_and_page_two_is_kept(filler, clock) -> None:
    filler.open()
    typed = {**TYPED, "text": "  "}
    page = filler.post("contact", "opinion", **typed)
    assert "请写下您的意见" in page.content.decode()
    assert_kept(page, {name: value for name, value in typed.items() if name != "text"})


def test_going_back_keeps_everything_even_what_is_wrong(filler, clock) -> None:
    typed = {**TYPED, "contact": "123"}
    walk_to_check(filler, clock, **typed)
    assert_kept(filler.post("opinion", "contact", **typed), typed)
    assert_kept(filler.post("contact", "opinion", **typed), typed)


@pytest.mark.parametrize("token", ["", "forged:token", "old"])
def test_a_bad_or_expired_token_loses_nothing_and_is_renewed(filler, clock, token) -> None:
    filler.open()
    if token == "old":
        clock.shift(LIFETIME + timedelta(seconds=1))
    else:
        filler.token = token
    response = filler.post("send", "check", **TYPED)
    page = response.content.decode()
    assert "请再点一次" in page
    assert_kept(response, {**TYPED, "contact": "13900000001"})
    assert not Opinion.objects.exists()
    filler.token = hidden(page, "token")
    clock.shift(10)
    filler.post("send", "check", **TYPED)
    assert Opinion.objects.count() == 1


def test_a_token_of_another_notice_is_not_taken(filler, clock) -> None:
    other = Filler(make_notice(now=PUBLISHED, project_name="另一个项目"))
    other.open()
    filler.token = other.token
    clock.shift(20)
    filler.post("send", "check", **TYPED)
    assert not Opinion.objects.exists()


def test_a_double_click_shows_the_same_receipt(filler, clock) -> None:
    walk_to_check(filler, clock, **TYPED)
    filler.post("send", "check", **TYPED)
    again = filler.post("send", "check", **TYPED).content.decode()
    assert "没有重复记录" in again
    assert Opinion.objects.get().number in again
    changed = filler.post("send", "check", **{**TYPED, "text": "改过"}).content.decode()
    assert "没有记入" in changed
    assert Opinion.objects.count() == 1


def test_sending_within_three_seconds_or_into_the_trap_asks_to_look_again(filler, clock) -> None:
    filler.open()
    assert "提交得太快" in filler.post("send", "check", **TYPED).content.decode()
    clock.shift(20)
    trapped = filler.post("send", "check", website="http://example.com", **TYPED)
    assert "检测到自动填写" in trapped.content.decode()
    assert_kept(trapped, {**TYPED, "contact": "13900000001"})
    assert not Opinion.objects.exists()
    filler.post("send", "check", **TYPED)
    assert Opinion.objects.count() == 1


def test_personal_data_in_the_text_is_pointed_out_and_may_be_sent(filler, clock) -> None:
    text = "我叫测试甲，电话13900000001，车牌晋L12345，身份证11010519491231002X。编号110105194912310021不算。"
    page = walk_to_check(filler, clock, text=text, contact="13900000001").content.decode()
    assert "意见里好像有个人信息" in page
    for label, value in (
        ("手机号码", "13900000001"),
        ("车牌号", "晋L12345"),
        ("身份证号", "11010519491231002X"),
    ):
        assert f'{label}：<span class="num">{value}' in page
    assert '<span class="num">110105194912310021' not in page
    filler.post("send", "check", text=text, contact="13900000001")
    assert Opinion.objects.count() == 1


def test_a_wrong_id_number_is_only_remarked(filler, clock) -> None:
    typed = {**TYPED, "id_number": "110105194912310020"}
    page = walk_to_check(filler, clock, **typed).content.decode()
    assert "校验位不符，请核对。填写其他证件号码的不必理会" in page
    filler.post("send", "check", **typed)
    assert Opinion.objects.count() == 1


def test_an_organisation_may_comment_with_its_code(filler, clock) -> None:
    typed = {
        "text": "意见",
        "contact": "0357-2000001",
        "kind": "organisation",
        "name": "某合作社",
        "uscc": "91110000600037341l",
    }
    walk_to_check(filler, clock, **typed)
    filler.post("send", "check", **typed)
    page_two = unseal(Opinion.objects.get().commenter)
    assert (page_two.kind, page_two.uscc) == ("organisation", "91110000600037341L")


def test_a_company_code_alone_tells_an_organisation_and_what_it_withholds_is_kept(filler, clock) -> None:
    typed = {
        "text": "意见",
        "contact": "0357-2000001",
        "uscc": "91110000600037341L",
        "withheld": "联系人姓名，个人信息保护法第二十五条",
        "helper": "测试丙",
    }
    page = walk_to_check(filler, clock, **typed).content.decode()
    assert "单位名称" in page
    assert "由他人代填" in page
    filler.post("send", "check", **typed)
    opinion = Opinion.objects.get()
    page_two = unseal(opinion.commenter)
    assert (page_two.kind, page_two.withheld, page_two.helper) == (
        "organisation",
        typed["withheld"],
        "测试丙",
    )
    assert opinion.filled_by_helper


def test_what_is_no_matter_of_an_eia_is_taken_marked_and_sent_on(filler, clock) -> None:
    page = walk_to_check(
        filler, clock, text="征地补偿太低，请安排工作。", contact="13900000001"
    ).content.decode()
    assert "意见照样收下" in page
    for office in ("县自然资源局", "县人力资源和社会保障局"):
        assert office in page
    filler.post("send", "check", text="征地补偿太低，请安排工作。", contact="13900000001")
    mark = Opinion.objects.get().topics.get()
    assert (mark.topic, mark.marked_by) == ("not_eia", None)


def test_an_opinion_on_the_environment_gets_no_such_hint(filler, clock) -> None:
    page = walk_to_check(filler, clock, text="担心土地被污染。", contact="13900000001").content.decode()
    assert "意见照样收下" not in page
    filler.post("send", "check", text="担心土地被污染。", contact="13900000001")
    assert not Opinion.objects.get().topics.exists()


def test_only_page_one_is_marked_for_the_drafts_of_a_browser(filler, clock) -> None:
    assert re.findall(r'name="(\w+)"[^>]*data-draft-field', filler.open()) == ["text", "village"]
    contact = filler.post("contact", "opinion", text="意见").content.decode()
    assert "data-draft" not in contact
    assert "draft.js" not in contact


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (END - timedelta(seconds=1), "inside"),
        (END, "late"),
        (END + timedelta(minutes=30), "late"),
        (END + timedelta(minutes=30, seconds=1), None),
    ],
)
def test_a_form_issued_in_time_may_be_sent_until_thirty_minutes_after(filler, clock, moment, taken) -> None:
    clock.move_to(END - timedelta(minutes=10))
    filler.open()
    clock.move_to(moment)
    response = filler.post("send", "check", **TYPED)
    if taken:
        assert Opinion.objects.get().timeliness == taken
        assert ("注明逾期" in response.content.decode()) == (taken == "late")
    else:
        assert response.status_code == 409
        assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("sent", "taken"),
    [(END - timedelta(seconds=30), "inside"), (END + timedelta(minutes=29, seconds=30), "late")],
)
def test_our_own_queue_makes_nobody_late(filler, clock, monkeypatch, sent, taken) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    monkeypatch.setattr(throttle, "SECONDS_A_SUBMISSION", 61.0)
    clock.move_to(END - timedelta(minutes=10))
    filler.open()
    other = Filler(filler.page)
    other.open()
    clock.move_to(sent)
    other.post("send", "check", **TYPED)
    waiting = filler.post("send", "check", **TYPED)
    assert waiting.status_code == 429
    clock.shift(62)
    filler.post("send", "check", turn=hidden(waiting.content.decode(), "turn"), **TYPED)
    opinion = Opinion.objects.latest("sequence")
    assert (opinion.sequence, opinion.timeliness) == (2, taken)
    assert opinion.received_at == sent
    assert opinion.recorded_at == sent + timedelta(seconds=62)


def test_a_form_whose_token_was_renewed_keeps_its_thirty_minutes(filler, clock) -> None:
    clock.move_to(END + timedelta(minutes=12) - LIFETIME - timedelta(minutes=2))
    filler.open()
    clock.move_to(END + timedelta(minutes=12))
    renewed = filler.post("send", "check", **TYPED)
    assert "请再点一次" in renewed.content.decode()
    filler.token = hidden(renewed.content.decode(), "token")
    clock.shift(1)
    filler.post("send", "check", **TYPED)
    assert Opinion.objects.get().timeliness == "late"


def test_after_the_end_the_text_is_kept_and_other_ways_are_named(filler, clock) -> None:
    filler.open()
    clock.move_to(END + timedelta(hours=2))
    for go in ("contact", "check", "send"):
        response = filler.post(go, "opinion", **TYPED)
        page = html_module.unescape(response.content.decode())
        assert response.status_code == 409
        assert TYPED["text"] in page
        assert "eia@<wbr>qingyuan.example.com" in page
        assert "0357-7000001" in page
        assert "13900000001" not in page
    assert "征求意见已经截止" in filler.client.get(filler.url).content.decode()


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("approved", "还没有开始征求意见"),
        ("withdrawn", "公示已撤回"),
        ("historical", "历史记录，不征求意见"),
        ("closed", "征求意见已经截止"),
    ],
)
def test_a_notice_that_is_not_open_says_so(clock, stage, words) -> None:
    page = make_notice(stage=stage, now=OPEN)
    response = Client().get(f"/n/{page.record.code}/opinion/")
    assert words in response.content.decode()
    assert 'name="text"' not in response.content.decode()


def test_before_it_opens_only_the_date_is_told(clock) -> None:
    page = make_notice(stage="approved", now=OPEN)
    client = Client()
    address = f"/n/{page.record.code}/opinion/"
    kept = {"text": "先写好的意见", "go": "contact", "step": "opinion"}
    for response in (client.get(address), client.post(address, kept)):
        words = html_module.unescape(response.content.decode())
        assert "公示计划于 2026年3月10日" in words
        for way in page.ways.all():
            assert way.address not in words
        for withheld in (page.contact_name, page.contact_phone, page.project_name, "还可以这样"):
            assert withheld not in words
        assert "下列方式" not in words
    assert "先写好的意见" in words


def test_a_draft_has_no_form(clock) -> None:
    page = make_notice(stage="draft", now=OPEN)
    assert Client().get(f"/n/{page.record.code}/opinion/").status_code == 404
    assert Client().get("/n/000000/opinion/").status_code == 404


def test_no_answer_is_stored_by_a_browser_or_sets_a_cookie(filler, clock) -> None:
    filler.open()
    clock.shift(20)
    answers = [filler.client.get(filler.url)] + [
        filler.post(go, step, **TYPED)
        for go, step in (("contact", "opinion"), ("check", "contact"), ("send", "check"), ("send", "check"))
    ]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
        assert "Location" not in answer


def test_many_from_one_address_get_through_slowly_and_nobody_is_refused(filler, clock, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    monkeypatch.setattr(throttle, "SECONDS_A_SUBMISSION", 20.0)
    typed = {"text": "意见", "contact": "13900000001"}
    filler.open()
    clock.shift(5)
    first = filler.post("send", "check", **typed)
    assert "意见已收到" in first.content.decode()
    filler.open()
    clock.shift(5)
    second = filler.post("send", "check", **typed)
    page = second.content.decode()
    assert (second.status_code, second["Retry-After"]) == (429, "15")
    assert "还没有提交" in page
    assert hidden(page, "text") == "意见"
    clock.shift(15)
    third = filler.post("send", "check", turn=hidden(page, "turn"), **typed)
    assert "意见已收到" in third.content.decode()
    assert Opinion.objects.count() == 2
