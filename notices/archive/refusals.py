"""Why a document is not made: one rule on the address for everything printed, and one on the state of the notice."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from notices.archive.addresses import is_public_address
from notices.models import NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind


class DocumentRefusedError(Exception):
    """A document is not made in this state of the notice; the text says why and what to do."""


def has_materials(record: NoticeRecord) -> bool:
    """Whether the stage of a notice allows materials; the address is another question."""
    return not record.historical and record.stage in (NoticeStage.APPROVED, NoticeStage.PUBLISHED)


def why_not_printed(record: NoticeRecord) -> str:
    """Return why nothing is made from a notice now, or the empty text."""
    if record.historical:
        return _("历史记录不制作材料。")
    if record.stage == NoticeStage.DRAFT:
        return _("公示核对通过后才能制作材料：那时公示码、公开日期和截止日期已经确定。")
    if record.stage in (NoticeStage.WITHDRAWN, NoticeStage.SUPERSEDED):
        return _("公示已撤回或已被取代，不再制作材料。")
    return why_address_is_not_printed(record)


def why_no_form(record: NoticeRecord) -> str:
    """Return why the opinion form is not made, or the empty text."""
    if record.page.specific.kind == NoticeKind.PRE_APPROVAL:
        return _("报批前公开不征求意见，没有意见表。")
    return why_not_printed(record)


def why_address_is_not_printed(record: NoticeRecord) -> str:
    """Return why the address of this installation must not go on paper, or the empty text; a demo may print any."""
    address = settings.WAGTAILADMIN_BASE_URL
    if record.demo or settings.DEMO_ALLOWED or is_public_address(address):
        return ""
    return _(
        "材料上要印平台的网址，现在的网址 %(address)s 在外面打不开。请管理员把 PORTAL_URL 设为以 https 开头的正式网址。"
    ) % {"address": address}


def refuse(reason: str) -> None:
    """Raise DocumentRefusedError if there is a reason."""
    if reason:
        raise DocumentRefusedError(reason)
