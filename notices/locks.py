"""Locks of approved and published notices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.locks import BaseLock

from notices.models.records import NoticeStage


class _StageLock(BaseLock):
    def for_user(self, user: Any) -> bool:
        """Bind everybody, superusers too."""
        return True

    def get_description(self, user: Any) -> str:
        """Say the same as the message."""
        return str(self.get_message(user))


class ApprovedLock(_StageLock):
    """The wording was checked and waits for its date."""

    def get_message(self, user: Any) -> str:
        """Say how to change it all the same."""
        return _("公示已核对通过，等待公开，内容已锁定。如需修改，请平台管理员撤销核对。")

    def get_locked_by(self, user: Any) -> str:
        """Name the state."""
        return _("已核对")


class PublishedLock(_StageLock):
    """The notice is public."""

    def get_message(self, user: Any) -> str:
        """Say how a published notice is corrected."""
        return _(
            "公示已公开，内容不能直接修改。需要改动，请在“公示登记”中办理更正；延长期限、撤回由平台管理员办理。"
        )

    def get_locked_by(self, user: Any) -> str:
        """Name the state."""
        return _("已公开")


def record_lock(page: Any) -> BaseLock | None:
    """Return the lock that follows from the stage of the notice, if any; a correction lifts it for its draft."""
    record = getattr(page, "record", None)
    if record is None or record.stage == NoticeStage.DRAFT or record.correction_being_edited:
        return None
    return ApprovedLock(page) if record.stage == NoticeStage.APPROVED else PublishedLock(page)
