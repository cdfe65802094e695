"""Making the demo content through the same services that people use."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw
from stdnum.iso7064 import mod_11_10

from notices.attachment_services import add_attachment
from notices.calendars import current_calendar
from notices.confirmations import confirm_by_account
from notices.local_copies import local_copy
from notices.models import (
    Attachment,
    AttachmentKind,
    CommentWay,
    Delegate,
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
from notices.onboarding import ensure_consultant, file_agreement, file_authorisation
from notices.permissions import OFFICER_GROUP, OPERATOR_GROUP
from notices.printing import missing_parts, render_pdf
from notices.services import approve_notice, create_proponent, publish_historical
from notices.statutory.window import comment_window
from portal.demo import content
from portal.demo.accounts import create_account
from portal.demo.opinions import load_opinions
from portal.demo.report import DemoProject, chapters
from portal.demo.statement import load_statement
from search.extraction import extract_pages

logger = logging.getLogger(__name__)


def load_demo(*, now: datetime) -> bool:
    """Load accounts and content, each part once and whole; return whether anything was made.

    A portal that holds content of its own gets none. A part that could not be made (the PDF libraries are missing, the
    start was broken off) is made at the next start.
    """
    if not settings.DEMO_ALLOWED:
        raise ImproperlyConfigured("演示内容只能在开发设置下载入。")
    if NoticeRecord.objects.exists() and not User.objects.filter(username="operator").exists():
        return False
    made = _load_people(now)
    operator = User.objects.get(username="operator")
    for notice in (content.ANZE, content.FUSHAN):
        made |= _load_history(notice, operator, now)
    if missing_parts():
        logger.warning(
            "演示公示需要生成 PDF 报告，缺少组件：%s。装好后再次启动即补上。", "、".join(missing_parts())
        )
        return made
    return _load_live(operator, now) or made


@transaction.atomic
def _load_people(now: datetime) -> bool:
    if User.objects.filter(username="operator").exists():
        return False
    operators = Group.objects.get(name=OPERATOR_GROUP)
    operator = create_account("operator", operators)
    create_account("deputy", operators)
    officer = create_account("officer", Group.objects.get(name=OFFICER_GROUP))
    for name, kind, codes in (
        ("安泽县、浮山县生态环境分局（演示）", OfficeKind.BUREAU, ["141026", "141027"]),
        ("安泽县行政审批服务管理局（演示）", OfficeKind.APPROVAL, ["141026"]),
    ):
        office = Office.objects.create(name=name, kind=kind, division_codes=codes)
        if kind == OfficeKind.BUREAU:
            office.members.add(officer)
    index = NoticeIndexPage.objects.get()
    for username, company in (("proponent", content.QINGLING.company), ("rival", content.BEISHAN.company)):
        page = create_proponent(index_page=index, name=company, demo=True)
        create_account(username, group_of(page))
        file_agreement(
            proponent=page,
            signed_on=timezone.localdate(now) - timedelta(days=120),
            upload=_scan("委托处理协议（演示）.png"),
            user=operator,
            now=now,
        )
    _load_delegate(operator, now)
    return True


def _load_delegate(operator: User, now: datetime) -> None:
    """Give the first company's consultant an account and the authorisation that goes with it."""
    company = ProponentPage.objects.get(title=content.QINGLING.company)
    consultant = ensure_consultant(proponent=company, name=content.QINGLING.consultant)
    Delegate.objects.create(user=create_account("consultant", group_of(company)), consultant=consultant)
    today = timezone.localdate(now)
    file_authorisation(
        consultant=consultant,
        valid_from=today - timedelta(days=120),
        valid_until=today + timedelta(days=365),
        scope="起草并提交公示、登记公众意见、拟写答复",
        upload=_scan("授权书（演示）.png"),
        user=operator,
        now=now,
    )


def _scan(name: str) -> ContentFile[bytes]:
    """Return a blank page in the place of a scan."""
    buffer = BytesIO()
    page = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(page).text((270, 420), "DEMO", fill=0)
    page.save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name=name)


@transaction.atomic
def _load_history(notice: content.HistoricalNotice, operator: User, now: datetime) -> bool:
    if NoticePage.objects.filter(project_name=notice.fields["project_name"]).exists():
        return False
    parent = create_proponent(index_page=NoticeIndexPage.objects.get(), name=notice.proponent)
    page = NoticePage(kind="draft_report", proponent_name=notice.proponent, live=False, **notice.fields)
    page.ways.set([CommentWay(way=way, address=address) for way, address in notice.ways])
    page.paper_places.set([PaperPlace(address=address) for address in notice.paper_places])
    page.places.set(
        [NoticePlace(division_code=code, village=name, distance_km=km) for code, name, km in notice.places]
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
    return True


def _load_live(operator: User, now: datetime) -> bool:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    open_since, closed_since = now - timedelta(days=4), now - timedelta(days=75)
    closing_since = now - timedelta(days=_days_until_end(tomorrow) - 1)
    made = _publish_once(content.QINGLING_NOTICE, "proponent", operator, at=open_since)
    made |= _publish_once(content.BEISHAN_NOTICE, "rival", operator, at=closing_since, last_day=tomorrow)
    return _publish_once(content.NANTAN_NOTICE, "proponent", operator, at=closed_since, closed_at=now) or made


def _publish_once(
    notice: content.DemoNotice,
    username: str,
    operator: User,
    *,
    at: datetime,
    last_day: date | None = None,
    closed_at: datetime | None = None,
) -> bool:
    if NoticePage.objects.filter(project_name=notice.project.name).exists():
        return False
    author = User.objects.get(username=username)
    report = _report(notice.project, at)
    with transaction.atomic():
        record = _publish(notice, report, author, operator, at=at, last_day=last_day)
        if closed_at is not None:
            load_opinions(record=record, staff=author, now=closed_at)
            _load_statement(record, author, closed_at)
    return True


def _load_statement(record: NoticeRecord, author: User, now: datetime) -> None:
    record = NoticeRecord.objects.select_related("page__project").get(pk=record.pk)
    if record.page.project is not None:
        load_statement(record=record, project=record.page.project, staff=author, now=now)


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
    report: ContentFile[bytes],
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
    ProponentPage.objects.get(title=notice.project.company).add_child(instance=page)
    title = (report.name or "").removesuffix(".pdf")
    attachment = add_attachment(
        notice=page, upload=report, kind=AttachmentKind.DRAFT_REPORT, title=title, user=author, now=at
    )
    page.summary_points.set(_summary(notice, attachment))
    _add_evidence(page, notice.project, author, planned)
    revision = page.save_revision(user=author)
    confirm_by_account(notice=revision.as_object(), user=author, now=at)
    return approve_notice(page=page, revision=revision, user=operator, now=at)


def _summary(notice: content.DemoNotice, report: Attachment) -> list[SummaryPoint]:
    with local_copy(str(report.file.name)) as path:
        pages = extract_pages(path).pages
    found = {
        words: next((page.number for page in pages if words in page.text.replace("\n", "")), None)
        for _aspect, _text, words in notice.summary
    }
    return [
        SummaryPoint(aspect=aspect, text=text, report_page=found[words])
        for aspect, text, words in notice.summary
    ]


def _report(project: DemoProject, at: datetime) -> ContentFile[bytes]:
    title = f"{project.name}环境影响报告书（征求意见稿）"
    context = {
        "title": title,
        "subtitle": "演示文件，内容均为虚构",
        "demo": True,
        "chapters": chapters(project, timezone.localdate(at) - timedelta(days=90)),
    }
    pdf = render_pdf("archive/plain_document_pdf.html", context, title=title, created=at)
    return ContentFile(pdf, name=f"{title}.pdf")


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
