"""Making the demo content through the same services that people use."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.utils import timezone
from stdnum.iso7064 import mod_11_10

from notices.attachment_services import add_attachment
from notices.calendars import current_calendar
from notices.models import (
    Attachment,
    AttachmentKind,
    CommentWay,
    NewspaperInsertion,
    NoticeIndexPage,
    NoticePage,
    NoticePlace,
    NoticeRecord,
    Office,
    OfficeKind,
    PaperPlace,
    ProponentPage,
    SitePosting,
    SummaryPoint,
)
from notices.permissions import OFFICER_GROUP, OPERATOR_GROUP
from notices.printing import render_pdf
from notices.services import approve_notice, create_proponent, publish_historical
from notices.statutory.window import comment_window
from portal.demo import content
from portal.demo.accounts import create_account
from portal.demo.opinions import load_opinions
from portal.demo.report import DemoProject, chapters
from search.extraction import extract_pages

logger = logging.getLogger(__name__)


def load_demo(*, now: datetime) -> bool:
    """Load accounts and content once; return whether anything was made. Only under settings that allow it."""
    if not settings.DEMO_ALLOWED:
        raise ImproperlyConfigured("演示内容只能在开发设置下载入。")
    if NoticeRecord.objects.exists() or User.objects.filter(username="operator").exists():
        return False
    operator = create_account("operator", Group.objects.get(name=OPERATOR_GROUP))
    officer = create_account("officer", Group.objects.get(name=OFFICER_GROUP))
    for name, kind, codes in (
        ("安泽县、浮山县生态环境分局（演示）", OfficeKind.BUREAU, ["141026", "141027"]),
        ("安泽县行政审批服务管理局（演示）", OfficeKind.APPROVAL, ["141026"]),
    ):
        office = Office.objects.create(name=name, kind=kind, division_codes=codes)
        if kind == OfficeKind.BUREAU:
            office.members.add(officer)
    _load_history(operator, now)
    index = NoticeIndexPage.objects.get()
    qingling = create_proponent(index_page=index, name=content.QINGLING.company, uscc="", demo=True)
    beishan = create_proponent(index_page=index, name=content.BEISHAN.company, demo=True)
    proponent = create_account("proponent", group_of(qingling))
    rival = create_account("rival", group_of(beishan))
    _load_live(qingling, beishan, proponent, rival, operator, now)
    return True


def _load_history(operator: User, now: datetime) -> None:
    index = NoticeIndexPage.objects.get()
    for notice in (content.ANZE, content.FUSHAN):
        parent = create_proponent(index_page=index, name=notice.proponent)
        page = NoticePage(kind="draft_report", proponent_name=notice.proponent, live=False, **notice.fields)
        page.ways.set([CommentWay(way=way, address=address) for way, address in notice.ways])
        page.paper_places.set([PaperPlace(address=address) for address in notice.paper_places])
        page.places.set(
            [
                NoticePlace(division_code=code, village=name, distance_km=km)
                for code, name, km in notice.places
            ]
        )
        parent.add_child(instance=page)
        NoticeRecord.objects.filter(page=page).update(unseen_fields=list(notice.unseen))
        page.refresh_from_db()
        page.save_revision(user=operator)
        publish_historical(
            page=page,
            user=operator,
            now=now,
            published_on=content.HISTORICAL_DATE,
            basis=content.HISTORICAL_BASIS,
        )


def _load_live(
    qingling: ProponentPage,
    beishan: ProponentPage,
    proponent: User,
    rival: User,
    operator: User,
    now: datetime,
) -> None:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    _publish(content.QINGLING_NOTICE, qingling, proponent, operator, at=now - timedelta(days=4))
    days = _days_until_end(tomorrow)
    _publish(
        content.BEISHAN_NOTICE, beishan, rival, operator, at=now - timedelta(days=days - 1), last_day=tomorrow
    )
    closed = _publish(content.NANTAN_NOTICE, qingling, proponent, operator, at=now - timedelta(days=75))
    load_opinions(record=closed, staff=proponent, now=now)


def _days_until_end(last_day: date) -> int:
    """Return the fewest days before ``last_day`` on which a window that lawfully ends there can begin."""
    calendar = current_calendar()
    return next(
        days
        for days in range(10, 60)
        if comment_window(last_day - timedelta(days=days), calendar=calendar).last_day <= last_day
    )


def group_of(proponent: ProponentPage) -> Group:
    """Return the account group of a proponent that ``create_proponent`` made."""
    if proponent.group is None:
        raise ValueError(f"{proponent.title} has no account group")
    return proponent.group


def project_code(stem: str) -> str:
    """Return a project code: the stem with its ISO 7064 MOD 11,10 check digit."""
    return stem + mod_11_10.calc_check_digit(stem.replace("-", ""))


def _publish(
    notice: content.DemoNotice,
    parent: ProponentPage,
    author: User,
    operator: User,
    *,
    at: datetime,
    last_day: date | None = None,
) -> NoticeRecord:
    planned = timezone.localdate(at)
    page = NoticePage(
        kind="draft_report",
        project_name=notice.project.name,
        project_code=project_code(notice.code_stem),
        division_code=notice.division,
        proponent_name=notice.project.company,
        consultant_name=notice.project.consultant,
        planned_date=planned,
        requested_last_day=last_day,
        signature_unit=notice.project.company,
        signature_date=planned,
        owner=author,
        live=False,
        **notice.fields,
    )
    page.ways.set([CommentWay(way=way, address=address) for way, address in notice.ways])
    page.paper_places.set([PaperPlace(address=a, hours=h, contact=c) for a, h, c in notice.paper_places])
    page.places.set(
        [
            NoticePlace(division_code=notice.division, village=name, distance_km=distance)
            for name, distance in notice.project.villages
        ]
    )
    parent.add_child(instance=page)
    report = _attach_report(page, notice.project, author, at)
    page.summary_points.set(_summary(notice, report))
    _add_evidence(page, notice.project, author, planned)
    revision = page.save_revision(user=author)
    return approve_notice(page=page, revision=revision, user=operator, now=at)


def _summary(notice: content.DemoNotice, report: Attachment) -> list[SummaryPoint]:
    pages = extract_pages(Path(report.file.path)).pages
    found = {
        words: next((page.number for page in pages if words in page.text.replace("\n", "")), None)
        for _aspect, _text, words in notice.summary
    }
    return [
        SummaryPoint(aspect=aspect, text=text, report_page=found[words])
        for aspect, text, words in notice.summary
    ]


def _attach_report(page: NoticePage, project: DemoProject, author: User, at: datetime) -> Attachment:
    title = f"{project.name}环境影响报告书（征求意见稿）"
    context = {
        "title": title,
        "subtitle": "演示文件，内容均为虚构",
        "demo": True,
        "chapters": chapters(project, timezone.localdate(at) - timedelta(days=90)),
    }
    pdf = render_pdf("archive/plain_document_pdf.html", context, title=title, created=at)
    upload: Any = ContentFile(pdf, name=f"{title}.pdf")
    return add_attachment(
        notice=page, upload=upload, kind=AttachmentKind.DRAFT_REPORT, title=title, user=author, now=at
    )


def _add_evidence(page: NoticePage, project: DemoProject, author: User, planned: date) -> None:
    for offset in (0, 4):
        NewspaperInsertion.objects.create(
            notice=page,
            newspaper="临汾日报（演示）",
            planned_on=planned + timedelta(days=offset),
            recorded_by=author,
        )
    for village, _distance in project.villages:
        SitePosting.objects.create(
            notice=page, village=village, spot="村务公开栏", posted_on=planned, recorded_by=author
        )
