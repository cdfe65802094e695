"""A volume as a document to be printed."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.volumes.content import VolumeContent
from notices.archive.wording import common_context
from notices.models import NoticeRecord
from notices.printing import PrintOrder, compose
from notices.record_language import in_chinese

TEMPLATE = "archive/volume_pdf.html"


@in_chinese
def order_of(record: NoticeRecord, content: VolumeContent) -> PrintOrder:
    """Return the order that prints a volume as PDF/A-3u."""
    title = _("公众意见记录 %(code)s 第 %(number)s 册") % {"code": content.code, "number": content.number}
    context = {
        **common_context(record),
        "volume": content,
        "first": content.opinions[0],
        "last": content.opinions[-1],
        "flags": {flag: content.count(flag) for flag in ("late", "on_behalf", "public_text", "destroyed_on")},
        "ledger_address": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('notice_ledger', args=[record.code])}",
    }
    return PrintOrder(compose(TEMPLATE, context, title=title), title, content.as_of)
