"""What the mails to subscribers say: plain text, what happened, where it stands, how to stop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.models import CorrectionClass, NoticeRecord, NoticeStage
from notices.record_language import in_chinese
from notices.selectors import long_date
from notices.statutory import divisions
from notices.statutory.window import working_days_left
from notices.subscriptions.links import absolute, confirm_url, stop_url
from notices.subscriptions.models import Announcement, NewsKind, Subscription, Topic

CATEGORY = "subscription"


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body; the subject holds no personal data."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class News:
    """What an announcement says to everybody: subject, what happened, why where a reason was given, the path of the page."""

    subject: str
    sentence: str
    reason: str
    path: str


def mail_key(handle: str, occasion: str) -> str:
    """Return the key of a mail in the outbox, its name of the subscription in front."""
    return f"{CATEGORY}:{handle}:{occasion}"


def subject_of(subscription: Subscription) -> str:
    """Name what a subscription is about: the project, or the county."""
    if subscription.record is not None:
        return str(subscription.record.page.project_name)
    return str(divisions.label(subscription.county))


def page_of(subscription: Subscription) -> str:
    """Return the path of the page that a subscription is about."""
    if subscription.record is not None:
        return reverse("notice", args=[subscription.record.code])
    return reverse("county", args=[subscription.county])


def wishes_of(subscription: Subscription) -> list[str]:
    """Say what a subscriber is told of."""
    if subscription.record is None:
        return [_("新公开的公示")]
    return [str(Topic(topic).label) for topic in subscription.topics]


@in_chinese
def confirmation(subscription: Subscription) -> Text:
    """Return the mail that asks an address to confirm."""
    name = subject_of(subscription)
    context = {
        "name": name,
        "wishes": wishes_of(subscription),
        "page_url": absolute(page_of(subscription)),
        "confirm_url": confirm_url(subscription.handle),
        "stop_url": stop_url(subscription.handle),
    }
    subject = _("请确认邮件提醒：%(name)s") % {"name": name}
    return Text(subject, render_to_string("emails/subscription_confirm.txt", context))


@in_chinese
def announcement(news: News, record: NoticeRecord, handle: str) -> Text:
    """Return the mail by which one subscriber is told."""
    context = {
        "news": news,
        "page": record.page,
        "record": record,
        "page_url": absolute(news.path),
        "stop_url": stop_url(handle),
    }
    return Text(news.subject, render_to_string("emails/subscription_news.txt", context))


@in_chinese
def news_of(told: Announcement, *, now: datetime) -> News | None:
    """Return what an announcement says now, None when it is overtaken: withdrawn, superseded, put off, or closed."""
    words = _WORDS[NewsKind(told.kind)]
    return words(told, told.record, now)


def _published(told: Announcement, record: NoticeRecord, now: datetime) -> News | None:
    if record.stage != NoticeStage.PUBLISHED:
        return None
    sentence = _("“%(project)s”的公示已经公开。")
    if record.last_day is None:
        return _news(record, _("新公示"), sentence)
    sentence += _("征求意见到%(day)s 24:00 截止。")
    return _news(record, _("新公示"), sentence, day=long_date(record.last_day))


def _changed(told: Announcement, record: NoticeRecord, now: datetime) -> News | None:
    payload: dict[str, Any] = told.entry.payload if told.entry else {}
    reason, last_day = payload.get("reason", ""), _day(payload.get("last_day"))
    act = told.entry.act if told.entry else ""
    if act == "withdrawn":
        return _news(record, _("已撤回"), _("“%(project)s”的公示已撤回，不再征求意见。"), reason)
    if act == "superseded":
        return _news(
            record,
            _("已另行公示"),
            _("“%(project)s”已另行公示，原公示不再征求意见。新公示的公示码：%(by)s。"),
            reason,
            by=payload.get("by", ""),
        )
    if act == "window_extended" and last_day:
        return _news(
            record,
            _("已延期"),
            _("“%(project)s”征求意见的截止日延至%(day)s 24:00。"),
            reason,
            day=long_date(last_day),
        )
    sentence = _("“%(project)s”的公示已更正，现行为第 %(version)s 版。")
    if payload.get("class") == CorrectionClass.STATUTORY and last_day:
        sentence += _("征求意见到%(day)s 24:00 截止。")
    words = {
        "version": payload.get("version", record.version),
        "day": long_date(last_day) if last_day else "",
    }
    return _news(record, _("已更正"), sentence, reason, **words)


def _closing(told: Announcement, record: NoticeRecord, now: datetime) -> News | None:
    today = timezone.localdate(now)
    put_off = not told.key.endswith(f":{record.last_day}")
    if record.stage != NoticeStage.PUBLISHED or record.last_day is None or put_off or record.last_day < today:
        return None
    return _news(
        record,
        _("即将截止"),
        _("“%(project)s”征求意见还剩 %(left)s 个工作日，%(day)s 24:00 截止。"),
        left=working_days_left(today, record.last_day, current_calendar()),
        day=long_date(record.last_day),
    )


def _answers(told: Announcement, record: NoticeRecord, now: datetime) -> News | None:
    news = _news(record, _("已公开意见和答复"), _("“%(project)s”公开了公众意见和答复。"))
    return replace(news, path=reverse("public_opinions", args=[record.code]))


_WORDS = {
    NewsKind.PUBLISHED: _published,
    NewsKind.CHANGED: _changed,
    NewsKind.CLOSING: _closing,
    NewsKind.ANSWERS: _answers,
}


def _news(record: NoticeRecord, what: str, sentence: str, reason: str = "", **words: Any) -> News:
    project = record.page.project_name
    words = {"project": project, **words}
    demo = _("（演示）") if record.demo else ""
    path = reverse("notice", args=[record.code])
    return News(f"{demo}{what}：{project}", sentence % words, str(reason), path)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None
