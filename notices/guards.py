"""The last net: whatever path is taken, a notice that left the draft stage stays, and none goes live unjudged."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models.records import NoticeRecord, NoticeStage
from notices.record_language import in_chinese

if TYPE_CHECKING:
    from notices.models.attachments import Attachment
    from notices.models.pages import NoticePage


NOT_BY_HAND = gettext_lazy("公示须经平台管理员核对，到计划日期由系统公开，不能直接发布。")
MUST_STAY = gettext_lazy("已核对或已公开的公示不能删除、移动或撤下；确需停止时请办理撤回。")
HAS_PAPERS = gettext_lazy("建设单位已有备案的协议、编制单位或者项目，不能删除；不再使用的，请停用它的账号。")
NO_ALIAS = gettext_lazy("公示只有一个地址，不能建立别名。")


class NoticeRefusedError(ValidationError):
    """A notice may not go live; the messages say what to do first."""


def record_of(page: Any) -> NoticeRecord | None:
    """Return the register row of a page, None before its first save."""
    return NoticeRecord.objects.filter(page_id=page.pk).first() if page.pk else None


@in_chinese
def fill_derived_fields(page: NoticePage) -> None:
    """Set the title from project name and kind, an ASCII slug, and no scheduling of Wagtail's own."""
    name = page.project_name.strip() or _("未命名项目")
    page.title = page.draft_title = f"{name} {page.get_kind_display()}"[:255]
    if not page.slug:
        page.slug = f"n{token_hex(4)}"
    # Going live belongs to the planned date and our own job.
    page.go_live_at = page.expire_at = None


def is_notice(page: Any) -> bool:
    """Whether a page, of whatever class it was loaded as, is a notice."""
    model = page.specific_class or type(page)
    return bool(model._meta.label == "notices.NoticePage")


def refuse_unlawful_state(page: Any) -> None:
    """Refuse to save a notice whose state contradicts its register row, by whatever path.

    Runs before every save of a page row, not in ``clean()``: unpublishing and recursive copies skip validation, and
    Wagtail validates a new page before it calls it a draft. Raises NoticeRefusedError or django.db.models.ProtectedError.
    """
    if page.alias_of_id:
        refuse_alias(page.alias_of)
    record = record_of(page)
    is_public = record is not None and record.is_public
    if page.live and not is_public:
        raise NoticeRefusedError(NOT_BY_HAND)
    if not page.live and is_public:
        raise ProtectedError(str(MUST_STAY), {page})
    if record is not None and is_public and page.live_revision_id not in (None, record.revision_id):
        raise NoticeRefusedError(NOT_BY_HAND)


def refuse_direct_publication(page: NoticePage, revision: Any) -> None:
    """Refuse ``revision.publish()`` unless the service has written the publication into the register first."""
    record = record_of(page)
    if record is None or not record.is_public or record.revision_id != revision.pk:
        raise NoticeRefusedError(NOT_BY_HAND)


def refuse_removal(page: Any) -> None:
    """Refuse to delete, move or unpublish a notice that left the draft stage, or a page above one (Art. 28).

    Raises django.db.models.ProtectedError.
    """
    if page.path and NoticeRecord.objects.below(page.path).exclude(stage=NoticeStage.DRAFT).exists():
        raise ProtectedError(str(MUST_STAY), {page})


def refuse_loss_of_file(attachment: Attachment) -> None:
    """Refuse to delete a file of a version that was checked or published (Art. 28); pending ones of a correction may go.

    Raises django.db.models.ProtectedError.
    """
    record = NoticeRecord.objects.filter(page_id=attachment.notice_id).first()
    if record is None or record.stage == NoticeStage.DRAFT:
        return
    if attachment.since_version <= max(record.version, 1):
        raise ProtectedError(str(MUST_STAY), {attachment})


def refuse_loss_of_record(record: NoticeRecord) -> None:
    """Refuse to delete the register row of a notice that left the draft stage. Raises django.db.models.ProtectedError."""
    if record.stage != NoticeStage.DRAFT:
        raise ProtectedError(str(MUST_STAY), {record})


def refuse_alias(page: NoticePage) -> None:
    """Refuse a second address of the same notice."""
    raise ProtectedError(str(NO_ALIAS), {page})
