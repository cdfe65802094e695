"""Small helpers of the notice page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.changed_fields import field_label
from notices.content_hash import short_hash as first_digits
from notices.judgement import findings_for
from notices.models import Attachment, AttachmentKind, NoticeChange, NoticePage, NoticeRecord
from notices.statutory import divisions
from notices.statutory.rules import Finding

register = template.Library()

_REPORTS = (AttachmentKind.DRAFT_REPORT, AttachmentKind.FULL_REPORT)
_SHORT_WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
_TYPE_NAMES = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG", "image/webp": "WebP"}


@register.filter
def breakable(value: Any) -> Any:
    """Let a narrow column break a mail address behind its @ rather than in the middle of a name."""
    if isinstance(value, SafeString) or "@" not in str(value):
        return value
    return mark_safe(escape(str(value)).replace("@", "@<wbr>"))  # noqa: S308 -- escaped


@register.filter
def main_report(attachments: list[Attachment]) -> Attachment | None:
    """Return the full report among the attachments, if it is there."""
    return next((row for row in attachments if row.kind in _REPORTS), None)


@register.filter
def short_hash(digest: str) -> str:
    """Return a fingerprint as it is printed: its first digits in groups."""
    return first_digits(digest)


@register.filter
def file_type(attachment: Attachment) -> str:
    """Return the short name of a file type."""
    return _TYPE_NAMES.get(attachment.content_type, "DOCX")


@register.filter
def short_weekday(day: date) -> str:
    """Return the weekday as it stands under a day of the strip: 周三."""
    return str(_SHORT_WEEKDAYS[day.weekday()])


@register.filter
def changed_labels(change: NoticeChange) -> str:
    """Return what a correction changed, by the names of the fields."""
    return "、".join(field_label(name) for name in change.changed_fields)


@register.simple_tag
def seen(field: str, unseen: frozenset[str], missing: str = "") -> SafeString:
    """Say that a field is unseen in an incomplete extract, or that it is missing."""
    if field in unseen:
        text = _("原文在此之前中断，是否写明无从得知。")
        return format_html(
            '<p><span class="facts__unseen">{}</span> <span class="soft">{}</span></p>', _("未见"), text
        )
    return format_html('<p class="soft">{}</p>', missing)


@register.simple_tag
def notice_findings(page: NoticePage) -> list[Finding]:
    """Return what the rules find on a historical record; shown, never blocking."""
    return findings_for(page, on=page.record.published_on)


@register.simple_tag
def notice_facts(page: NoticePage, record: NoticeRecord) -> list[dict[str, Any]]:
    """Return the facts of the project in the order of the notice, empty ones left out unless unseen."""
    unseen = record.unseen
    county = divisions.label(page.division_code) if page.division_code else ""
    amount = page.investment_wan_yuan
    filing = " ".join(
        part
        for part in (page.filing_authority, f"{page.filing_date:%Y-%m-%d}" if page.filing_date else "")
        if part
    )
    contact = "，".join(part for part in (page.contact_name, page.contact_phone, page.contact_email) if part)
    rows = [
        (_("项目名称"), page.project_name, "project_name"),
        (_("项目代码"), page.project_code, "project_code"),
        (_("建设地点"), page.location, "location"),
        (_("所在县（市、区）"), county, "division_codes"),
        (_("建设性质"), page.nature, "nature"),
        (_("建设内容"), page.content, "content"),
        (_("现有工程"), page.existing_works, "existing_works"),
        (
            _("总投资"),
            _("%(amount)s 万元") % {"amount": f"{amount.normalize():f}"} if amount is not None else "",
            "investment",
        ),
        (_("占地面积"), page.area, "area"),
        (_("备案（核准）"), filing, "filing_date"),
        (_("建设单位"), page.proponent_name, "proponent"),
        (_("联系人"), contact, "contact_name"),
        (_("环评编制单位"), page.consultant_name, "consultant"),
        (_("编制单位联系方式"), page.consultant_contact, "consultant_contact"),
    ]
    return [
        {"label": label, "value": value, "unseen": not value and field in unseen}
        for label, value, field in rows
        if value or field in unseen
    ]
