"""Who may see and do what with notices; each question has one function here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from wagtail.models import GroupPagePermission, Page, PagePermissionTester
from wagtail.permission_policies.base import BasePermissionPolicy

from notices.querysets import NoticeRecordQuerySet, division_query

if TYPE_CHECKING:
    from notices.models import Attachment, NoticePage

OPERATOR_GROUP = "平台管理员"
OFFICER_GROUP = "主管部门"


Answer = TypeVar("Answer")
_ANSWERS = "_answers_of_this_request"


def remember_answers(user: Any) -> Any:
    """Have each question about the person asked of the database once; for the person of one request, who is asked dozens of times."""
    setattr(user, _ANSWERS, {})
    return user


def remembered(user: Any, question: str, ask: Callable[[], Answer]) -> Answer:
    """Return what was answered before in this request, and ask where nobody has or nothing is to be remembered."""
    answers = getattr(user, _ANSWERS, None)
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    return cast(Answer, answers[question])


def _belongs_to(user: Any, name: str) -> bool:
    if not hasattr(user, _ANSWERS):
        return bool(user.groups.filter(name=name).exists())
    return name in remembered(user, "groups", lambda: frozenset(user.groups.values_list("name", flat=True)))


def is_operator(user: Any) -> bool:
    """Whether the person runs the platform."""
    return user.is_active and (user.is_superuser or _belongs_to(user, OPERATOR_GROUP))


def is_officer(user: Any) -> bool:
    """Whether the person belongs to a bureau office and is in the officers' group."""
    return user.is_active and _belongs_to(user, OFFICER_GROUP)


def division_prefixes_of(user: Any) -> list[str]:
    """Return the code prefixes of the divisions of the person's offices."""
    return [prefix for office in user.offices.all() for prefix in office.division_prefixes()]


def editable_page_paths(user: Any) -> list[str]:
    """Return tree paths below which the person may change pages through a group."""
    permissions = GroupPagePermission.objects.filter(group__user=user, permission__codename="change_page")
    paths = permissions.values_list("page__path", flat=True).distinct()
    return remembered(user, "editable paths", lambda: list(paths))


def visible_records(records: NoticeRecordQuerySet, user: Any) -> NoticeRecordQuerySet:
    """Limit the register: operators all, officers their divisions, proponents their own subtree, others nothing.

    An officer sees what has been published or is about to be, never drafts.
    """
    if not user.is_active or user.is_anonymous:
        return records.none()
    if is_operator(user):
        return records
    if is_officer(user):
        return records.in_divisions(division_prefixes_of(user)).exclude(stage="draft")
    paths = editable_page_paths(user)
    return records.filter(_below(paths)) if paths else records.none()


def visible_evidence(evidence: Any, user: Any) -> Any:
    """Limit records of evidence to those of notices that the person may see."""
    records = visible_records(apps.get_model("notices", "NoticeRecord").objects.all(), user)
    return evidence.filter(notice__in=records.values("page"))


def editable_notices(user: Any) -> Any:
    """Return the notices that the person may prepare."""
    notices = apps.get_model("notices", "NoticePage").objects.all()
    if not user.is_active or user.is_anonymous:
        return notices.none()
    return notices if is_operator(user) else notices.filter(division_query(editable_page_paths(user), "path"))


def _below(paths: list[str]) -> Any:
    return division_query(paths, "page__path")


def can_edit_notice(user: Any, notice: NoticePage) -> bool:
    """Whether the person may prepare this notice: its proponent's group, or an operator."""
    if not user.is_active or user.is_anonymous:
        return False
    return is_operator(user) or any(notice.path.startswith(path) for path in editable_page_paths(user))


def can_change_attachments(user: Any, notice: NoticePage) -> bool:
    """Whether the person may add or remove files now: a draft that is not locked for them, by a check for instance.

    Of a published notice only in the correction of a statutory item.
    """
    if notice.record.stage != "draft":
        correction = notice.record.correction_being_edited
        if correction is None or correction.correction_class != "statutory":
            return False
    if not can_edit_notice(user, notice):
        return False
    lock = notice.get_lock()
    return lock is None or not lock.for_user(user)


def can_confirm_imported(user: Any, notice: NoticePage) -> bool:
    """Whether the person may confirm imported values now: while the draft is theirs to change."""
    return can_change_attachments(user, notice)


def startable_proponents(user: Any) -> Any:
    """Return the proponents for whom the person may start a notice: operators all, others their own."""
    proponents = apps.get_model("notices", "ProponentPage").objects.order_by("title")
    if not user.is_active or user.is_anonymous:
        return proponents.none()
    if is_operator(user):
        return proponents
    return proponents.filter(division_query(editable_page_paths(user), "path"))


def can_see_notice_in_admin(user: Any, notice: NoticePage) -> bool:
    """Whether the person may see the notice behind the sign-in, draft or not, officers included."""
    if can_edit_notice(user, notice):
        return True
    return visible_records(type(notice.record).objects.filter(pk=notice.record.pk), user).exists()


def can_read_file(user: Any, attachment: Attachment) -> bool:
    """Whether the person may read a file: anybody what was ever published, the notice's own people what is prepared."""
    if attachment.is_published:
        return True
    notice = attachment.notice
    if notice.record.is_public:
        return can_edit_notice(user, notice)
    return can_see_notice_in_admin(user, notice)


class TreePermissionTester(PagePermissionTester):  # type: ignore[misc]
    """Pages above notices: not deleted, moved or unpublished while a notice below has left the draft stage."""

    def _holds_notices(self) -> bool:
        records = apps.get_model("notices", "NoticeRecord").objects
        return bool(records.below(self.page.path).exclude(stage="draft").exists())

    def can_copy(self) -> bool:
        """Refuse: the tree of proponents is made by the services, each with its own group."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Refuse while a notice below must stay."""
        return super().can_delete(ignore_bulk) and not self._holds_notices()

    def can_move(self) -> bool:
        """Refuse while a notice below must stay."""
        return super().can_move() and not self._holds_notices()

    def can_move_to(self, destination: Page) -> bool:
        """Refuse while a notice below must stay, superusers included."""
        return not self._holds_notices() and super().can_move_to(destination)

    def can_unpublish(self) -> bool:
        """Refuse while a notice below must stay."""
        return super().can_unpublish() and not self._holds_notices()


class ProponentPermissionTester(TreePermissionTester):
    """A proponent's page; nothing below it is published by hand, neither at creation nor as a copy."""

    def can_publish_subpage(self) -> bool:
        """Answer no to everybody."""
        return False


class NoticePermissionTester(PagePermissionTester):  # type: ignore[misc]
    """A notice is never published, unpublished, moved or deleted by hand once it left the draft stage.

    Publishing is not on offer to anybody: approval and the planned date do it. Superusers pass Wagtail's own checks,
    so each answer is limited here as well.
    """

    def _is_draft(self) -> bool:
        record = getattr(self.page.specific, "record", None)
        return record is None or record.stage == "draft"

    def can_publish(self) -> bool:
        """Answer no to everybody."""
        return False

    def can_unpublish(self) -> bool:
        """Answer no to everybody."""
        return False

    def can_submit_for_moderation(self) -> bool:
        """Allow for drafts and corrections only: what was approved is not checked again."""
        record = getattr(self.page.specific, "record", None)
        correcting = record is not None and record.correction_being_edited is not None
        return (self._is_draft() or correcting) and super().can_submit_for_moderation()

    def can_unschedule(self) -> bool:
        """Answer no: nothing is scheduled through Wagtail."""
        return False

    def can_copy(self) -> bool:
        """Allow as a new draft for those who may prepare notices of this proponent, even when this one is locked."""
        return can_edit_notice(self.user, self.page)

    def can_set_view_restrictions(self) -> bool:
        """Answer no: a notice is public or a draft."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Allow for drafts only."""
        return self._is_draft() and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        """Allow for drafts only."""
        return self._is_draft() and super().can_move()

    def can_move_to(self, destination: Page) -> bool:
        """Allow for drafts only."""
        return self._is_draft() and super().can_move_to(destination)


class EvidencePolicy(BasePermissionPolicy):  # type: ignore[misc]
    """Evidence: recorded and mended by the notice's own proponent and by operators, seen by officers.

    It stays open when the notice is locked. A record is deleted only while no file hangs on it.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person does this at all."""
        if not user.is_active or user.is_anonymous:
            return False
        may_change = is_operator(user) or bool(editable_page_paths(user))
        return may_change or (action == "view" and is_officer(user))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Whether the person does any of these at all."""
        # Whoever may change may view: one question instead of one an action; the menu asks for every kind on every page.
        return self.user_has_permission(user, "view" if "view" in actions else "change")

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether the person does this with this record."""
        if action == "delete" and instance.files.exists():
            return False
        if action == "view":
            return can_see_notice_in_admin(user, instance.notice)
        return can_edit_notice(user, instance.notice)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Whether the person does any of these with this record."""
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Return the records of the notices that the person may see, or change."""
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        return visible_evidence(self.model._default_manager.all(), user)

    def users_with_any_permission(self, actions: Any) -> Any:
        """Return nobody: never used for evidence."""
        return get_user_model().objects.none()


class ViewOnlyPolicy(BasePermissionPolicy):  # type: ignore[misc]
    """A register that can be looked at and never changed through it, superusers included.

    ``may_view`` decides on the person; which rows are shown is the queryset's business.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer only the question of viewing."""
        return action == "view" and self._may_view(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Answer only the question of viewing."""
        return "view" in actions and self._may_view(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Answer only the question of viewing."""
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Answer only the question of viewing."""
        return self.user_has_any_permission(user, actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Return all rows or none; the view limits them further."""
        manager = self.model._default_manager
        return manager.all() if self.user_has_any_permission(user, actions) else manager.none()

    def users_with_any_permission(self, actions: Any) -> Any:
        """Return nobody: never used for view-only registers."""
        return get_user_model().objects.none()

    def _may_view(self, user: Any) -> bool:
        return bool(user.is_active and (is_operator(user) or is_officer(user) or editable_page_paths(user)))
