"""The frame and the components of the public site: what is spoken, what is tied together, what a policy would forbid."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import mark_safe

from notices.selectors import Strip, StripCell

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "portal" / "static" / "portal" / "css" / "portal.css"

urlpatterns = [path("n/<str:code>/", lambda request, code: HttpResponse(), name="notice")]
pytestmark = pytest.mark.urls(__name__)


class Page(HTMLParser):
    """The tags of a page, each as (name, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]


def strip(*, size: str = "large", provisional: bool = False) -> Strip:
    """A window published on Thursday 2022-03-17, seen on Tuesday 2022-03-22."""
    today, number, cells = date(2022, 3, 22), 0, []
    for offset in range(15):
        day = date(2022, 3, 17) + timedelta(days=offset)
        kind = "publication" if not offset else "weekend" if day.weekday() > 4 else "working"
        number += kind == "working"
        state = "past" if day < today else "today" if day == today else "future"
        cells.append(StripCell(day, kind, number if kind == "working" else None, state))
    return Strip(tuple(cells), provisional, "还剩 8 个工作日", size)


class OpinionForm(forms.Form):
    """One field of each sort that the public forms use."""

    text = forms.CharField(label="意见", widget=forms.Textarea, help_text="写清楚在哪里")
    phone = forms.CharField(label="电话", help_text="手机或座机")
    village = forms.ChoiceField(
        label="村", choices=[("", "请选择"), ("a", "义驿村")], help_text="可以不在名单里"
    )
    who = forms.ChoiceField(
        label="您是", choices=[("p", "公民")], widget=forms.RadioSelect, help_text="选一项"
    )
    agreed = forms.BooleanField(label="同意", help_text="不选就是不同意")
    note = forms.CharField(label="备注", required=False)


def test_a_large_strip_speaks_every_day_and_says_which_are_not_counted() -> None:
    html = render_to_string("includes/strip.html", {"strip": strip()})
    spoken = re.findall(r'<span class="visually-hidden">(.*?)</span>', html)
    assert len(spoken) == 15
    assert spoken[0] == "3月17日 星期四，公示日，可以提意见，不计入期限，已过"
    assert spoken[1] == "3月18日 星期五，第1个工作日，已过"
    assert spoken[2] == "3月19日 星期六，周末，不计"
    assert spoken[5] == "3月22日 星期二，第3个工作日，今天"
    assert spoken[-1] == "3月31日 星期四，第10个工作日"


def test_only_today_is_marked_as_the_current_date() -> None:
    tags = Page(render_to_string("includes/strip.html", {"strip": strip()})).tags
    assert [attrs["class"] for _, attrs in tags if "aria-current" in attrs] == [
        "strip__day strip__day--working is-today"
    ]


@pytest.mark.parametrize("size", ["large", "small"])
@pytest.mark.parametrize("provisional", [True, False])
def test_only_a_provisional_end_is_drawn_open(size: str, provisional: bool) -> None:
    html = render_to_string("includes/strip.html", {"strip": strip(size=size, provisional=provisional)})
    assert ("strip--open" in html) is provisional


def test_a_small_strip_is_a_sentence_with_a_drawing_hidden_from_screen_readers() -> None:
    html = render_to_string("includes/strip.html", {"strip": strip(size="small")})
    assert "还剩 8 个工作日" in html
    assert '<div class="strip__days" aria-hidden="true">' in html
    assert "<li" not in html


@pytest.mark.parametrize("name", ["text", "phone", "village", "who", "agreed"])
def test_help_and_error_of_a_field_are_tied_to_its_control(name: str) -> None:
    page = Page(render_to_string("includes/field.html", {"field": OpinionForm({})[name]}))
    named = [attrs["aria-describedby"] for _, attrs in page.tags if attrs.get("aria-describedby")]
    assert f"id_{name}_helptext id_{name}_error" in named
    assert {f"id_{name}_helptext", f"id_{name}_error"} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_a_field_says_whether_it_must_be_filled_in() -> None:
    form = OpinionForm()
    assert "必填" in render_to_string("includes/field.html", {"field": form["text"]})
    assert "选填" in render_to_string("includes/field.html", {"field": form["note"]})


def test_what_was_typed_stays_in_a_field_with_an_error() -> None:
    form = OpinionForm({"village": "b", "text": "井水<变味>"})
    assert "井水&lt;变味&gt;" in render_to_string("includes/field.html", {"field": form["text"]})


def test_the_error_summary_leads_to_every_field_that_must_be_mended() -> None:
    form = OpinionForm({"text": "井水会不会变味"})
    summary = Page(render_to_string("includes/error_summary.html", {"form": form}))
    fields = "".join(render_to_string("includes/field.html", {"field": field}) for field in form)
    links = [(attrs["href"] or "")[1:] for tag, attrs in summary.tags if tag == "a"]
    assert links == ["id_phone", "id_village", "id_who", "id_agreed"]
    assert set(links) <= set(Page(fields).ids)


def test_an_unseen_fact_is_not_shown_as_an_empty_one() -> None:
    facts = [{"label": "公众意见表", "value": "", "unseen": True}, {"label": "传真", "value": ""}]
    html = render_to_string("includes/facts.html", {"facts": facts})
    assert html.index("未见") < html.index("未填写")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context_and_offers_a_way_on(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert "建设单位对公众参与的真实性和结果负责" in html
    assert "回到首页" in html


def test_a_mail_address_breaks_behind_its_at_sign_and_stays_text() -> None:
    facts = [{"label": "联系人", "value": "<b>eia@example.com"}, {"label": "网上", "value": mark_safe("a@b")}]
    html = render_to_string("includes/facts.html", {"facts": facts})
    assert "&lt;b&gt;eia@<wbr>example.com" in html
    assert "<dd>a@b</dd>" in html


def test_public_templates_hold_no_inline_script_or_style() -> None:
    files = [*(ROOT / "templates").glob("*.html"), *(ROOT / "templates" / "includes").glob("*.html")]
    assert files
    forbidden = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)")
    assert [file.name for file in files if forbidden.search(file.read_text(encoding="utf-8"))] == []


def test_the_style_sheet_stays_under_32_kilobytes() -> None:
    assert CSS.stat().st_size < 32_000


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[(text, ground) for text in ("ink", "soft", "cinnabar", "pine") for ground in ("paper", "tint")],
        ("on-cinnabar", "cinnabar"),
        ("on-filled", "filled"),
        ("ink", "mark"),
    ],
)
def test_text_contrast_is_at_least_seven_to_one(text: str, ground: str, mode: int) -> None:
    palettes = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), flags=re.S)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", palettes[mode]))
    assert _contrast(colours[text], colours[ground]) >= 7
