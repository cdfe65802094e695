"""Lawful notices for tests, made through the services like any other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from notices.attachment_services import add_attachment
from notices.confirmations import confirm_by_scan
from notices.gate import submitted_wording
from notices.models import (
    Attachment,
    AttachmentKind,
    CommentWay,
    NoticeIndexPage,
    NoticePage,
    NoticePlace,
    NoticeStage,
    PaperPlace,
    ProponentPage,
)
from notices.onboarding import file_agreement
from notices.permissions import OPERATOR_GROUP
from notices.services import (
    approve_notice,
    close_windows,
    create_proponent,
    publish_historical,
    withdraw_notice,
)
from notices.statutory.facts import Way
from portal.bootstrap import bootstrap
from tests.pdf import make_pdf
from tests.remembered import remembered

REPORT_PAGES = [
    "清水沟矿区生态修复项目环境影响报告书（征求意见稿）。第一章 总则。",
    "第二章 工程概况。矸石分层填埋，逐层压实覆土。",
    "第三章 地下水环境影响。设置监测井三眼，防渗系数符合要求。",
]


def portal_index() -> NoticeIndexPage:
    """Return the notice index of a bootstrapped portal."""
    if not NoticeIndexPage.objects.exists():
        bootstrap()
    return NoticeIndexPage.objects.get()


def make_proponent(
    name: str = "安泽清源矿业有限公司", *, agreement: bool = True, **fields: Any
) -> ProponentPage:
    """Return the proponent of that name, made when it is missing, its agreement on file unless told otherwise."""
    index = portal_index()
    found = ProponentPage.objects.filter(title=name).first()
    if found is not None:
        return found
    page = create_proponent(index_page=index, name=name, **fields)
    if agreement:
        file_agreement(
            proponent=page,
            signed_on=date(2020, 1, 6),
            upload=a_scan("委托处理协议.pdf"),
            user=an_operator(),
            now=timezone.now(),
        )
    return page


def a_scan(name: str = "扫描件.pdf") -> SimpleUploadedFile:
    """Return a scanned paper."""
    return SimpleUploadedFile(name, make_pdf(["盖章页"]), content_type="application/pdf")


def confirm(page: NoticePage, *, now: datetime | None = None) -> None:
    """File the stamped scan by which the proponent confirms the draft as last saved, of a correction as well."""
    confirm_by_scan(
        notice=submitted_wording(NoticePage.objects.get(pk=page.pk)),
        upload=a_scan("公开确认书.pdf"),
        user=an_operator(),
        now=now or timezone.now(),
    )


def an_operator() -> Any:
    """Return some operator, made when there is none."""
    portal_index()
    users = get_user_model().objects
    found = users.filter(groups__name=OPERATOR_GROUP, is_active=True).first()
    if found is None:
        found = users.create_user("factory-operator", password="x")
        found.groups.add(Group.objects.get(name=OPERATOR_GROUP))
    return found


def make_draft(
    *,
    proponent: ProponentPage | None = None,
    planned_on: date | None = None,
    now: datetime | None = None,
    report_pages: list[str] | None = None,
    **fields: Any,
) -> NoticePage:
    """Return a draft of a draft-report notice on which no rule blocks; ``fields`` replace or add page fields."""
    now = now or timezone.now()
    values: dict[str, Any] = {
        "project_name": "清水沟矿区生态修复项目",
        "project_code": "",
        "division_code": "141026",
        "location": "安泽县唐城镇清水沟",
        "nature": "新建",
        "content": "利用矸石分层填埋废弃沟道，覆土后造林。",
        "contact_name": "李工",
        "contact_phone": "0357-7000001",
        "contact_email": "eia@qingyuan.example.com",
        "proponent_name": proponent.title if proponent else "安泽清源矿业有限公司",
        "consultant_name": "山西绿衡环境咨询有限公司",
        "public_scope": "清水沟村、柳坪村的村民和单位。",
        "planned_date": planned_on or timezone.localdate(now),
        "signature_unit": proponent.title if proponent else "安泽清源矿业有限公司",
        "signature_date": timezone.localdate(now),
        **fields,
    }
    page = NoticePage(**values)
    page.places = [
        NoticePlace(village="清水沟村", division_code="141026", distance_km="0.65", in_scope=True),
        NoticePlace(village="柳坪村", division_code="141026", distance_km="1.80", in_scope=True),
    ]
    page.paper_places = [
        PaperPlace(
            address="安泽县府城镇文化街8号清源矿业办公楼203室",
            hours="工作日 9:00-11:30、15:00-17:30",
            contact="李工 0357-7000001",
        )
    ]
    page.ways = [
        CommentWay(way=Way.LETTER, address="安泽县府城镇文化街8号 邮编 042500"),
        CommentWay(way=Way.EMAIL, address="eia@qingyuan.example.com"),
        CommentWay(way=Way.PHONE, address="0357-7000001"),
    ]
    page.live = False
    (proponent or make_proponent()).add_child(instance=page)
    page.save_revision()
    report_kind = AttachmentKind.FULL_REPORT if page.kind == "pre_approval" else AttachmentKind.DRAFT_REPORT
    attach_pdf(page, kind=report_kind, pages=report_pages or REPORT_PAGES, now=now)
    return NoticePage.objects.get(pk=page.pk)


def attach_pdf(
    page: NoticePage,
    *,
    kind: str = AttachmentKind.OTHER,
    pages: list[str],
    title: str = "",
    now: datetime | None = None,
) -> Attachment:
    """Attach a generated PDF to a draft."""
    upload = SimpleUploadedFile(
        "环境影响报告书（征求意见稿）.pdf", make_pdf(pages), content_type="application/pdf"
    )
    return add_attachment(
        notice=page, upload=upload, kind=kind, title=title, user=None, now=now or timezone.now()
    )


def make_notice(
    *,
    stage: str = NoticeStage.PUBLISHED,
    now: datetime | None = None,
    reason: str = "项目调整",
    **fields: Any,
) -> NoticePage:
    """Return a notice in a stage: draft, approved (opens in a week), published (today), withdrawn, or one of

    ``closed`` (published 40 days before ``now``, its window over) and ``historical``. ``fields`` go to ``make_draft``.
    """
    if now is None:
        return _make_notice(stage=stage, now=timezone.now(), reason=reason, **fields)
    page = remembered(
        lambda: _make_notice(stage=stage, now=now, reason=reason, **fields),
        *("notice", stage, now, reason, *sorted(fields.items())),
    )
    if proponent := fields.get("proponent"):
        # A page knows by heart how many are below it.
        proponent.refresh_from_db(fields=["numchild"])
    return page


def _make_notice(*, stage: str, now: datetime, reason: str, **fields: Any) -> NoticePage:
    operator = an_operator()
    if stage == "closed":
        start = now - timedelta(days=40)
        page = _make_notice(stage=NoticeStage.PUBLISHED, now=start, reason=reason, **fields)
        close_windows(now=now)
        return NoticePage.objects.get(pk=page.pk)
    planned = timezone.localdate(now) + timedelta(days=7 if stage == NoticeStage.APPROVED else 0)
    page = make_draft(now=now, **{"planned_on": planned, **fields})
    if stage == "historical":
        publish_historical(
            page=page, user=operator, now=now, published_on=date(2022, 3, 17), basis="报纸版面日期推定"
        )
    elif stage != NoticeStage.DRAFT:
        confirm(page, now=now)
        record = approve_notice(page=page, revision=page.get_latest_revision(), user=operator, now=now)
        if stage == NoticeStage.WITHDRAWN:
            withdraw_notice(record=record, reason=reason, user=operator, now=now)
    return NoticePage.objects.get(pk=page.pk)
