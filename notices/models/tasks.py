"""The workflow task by which an operator checks form and dates (形式核对)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from notices import workflow
from notices.guards import NoticeRefusedError
from notices.models.pages import NoticePage


class OperatorCheckTask(AbstractGroupApprovalTask):
    """Approval by an operator; not on offer while a rule blocks or to the person who submitted."""

    class Meta:
        verbose_name = _("形式核对")
        verbose_name_plural = _("形式核对")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Return the actions on offer: approve only when nothing blocks."""
        return workflow.offered_actions(super().get_actions(obj, user), obj, user)

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Perform the action, all of it or nothing.

        Raises PermissionDenied for a person without the task, NoticeRefusedError with the reasons for an approval
        that something stands against: the last net behind the offer.
        """
        notice = task_state.revision.as_object()
        offered = {name for name, _label, _modal in super().get_actions(notice, user)}
        if action_name not in offered:
            raise PermissionDenied
        if action_name == "approve" and isinstance(notice, NoticePage):
            obstacles = workflow.approval_obstacles(notice, user)
            if obstacles:
                raise NoticeRefusedError(obstacles)
            # What is approved is the draft as last saved. Wagtail would start the check again, without a word, for a
            # revision that was saved after the submission.
            task_state.revision = notice.get_latest_revision()
            task_state.save(update_fields=["revision"])
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> Any:
        """Describe the task type in the workflow settings."""
        return _("平台管理员核对要件和期限，不审查内容。")
