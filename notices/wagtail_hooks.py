"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from notices import (
    admin_guards,
    admin_views,
    check_views,
    confirmation_views,
    correction_views,
    duty_views,
    evidence_views,
    mark_views,
    permissions,
    project_views,
    upload_views,
)
from notices.account_panels import ReminderPanel
from notices.admin_acts import acts_on_offer
from notices.calendar_admin import CalendarPanel
from notices.checklist import blocking_items, is_in_preparation
from notices.duty_lists import has_duties
from notices.home_panel import TasksPanel
from notices.ledger_admin import LedgerCheckView, ledger_menu_item
from notices.marks import settle_changed
from notices.meeting_admin import MeetingViewSet, act_urls
from notices.models import (
    Meeting,
    NewspaperInsertion,
    NoticePage,
    NoticeRecord,
    OtherChannel,
    PaperViewing,
    SitePosting,
)
from notices.page_viewsets import PAGE_VIEWSETS
from notices.proponent_viewset import ProponentViewSet
from notices.registers import act_button
from notices.viewsets import VIEWSETS

# Before the viewsets are made: Wagtail binds a policy at first use.
register_permission_policy(NoticeRecord, permissions.ViewOnlyPolicy(NoticeRecord))
for _model in (NewspaperInsertion, SitePosting, PaperViewing, OtherChannel, Meeting):
    register_permission_policy(_model, permissions.EvidencePolicy(_model))

# Wagtail's own menus, by what they hold, that a role has no use for.
HIDDEN_FROM_OFFICERS = {"explorer", "images", "documents", "reports", "settings", "help", "snippets"}
# The first leads to English pages about Wagtail, the others to libraries that ``admin_guards`` closes.
HIDDEN_FROM_ALL = {"help", "images", "documents"}
HIDDEN_FROM_PROPONENTS = HIDDEN_FROM_OFFICERS - {"explorer"}


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Register registers, evidence and settings."""
    return [viewset() for viewset in (*VIEWSETS, MeetingViewSet, *PAGE_VIEWSETS, ProponentViewSet)]


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Register the views that Wagtail does not have."""
    return [
        path("notices/<int:page_id>/findings/", admin_views.findings, name="notice_findings"),
        path("notices/<int:page_id>/attachments/", admin_views.attachments, name="notice_attachments"),
        path("notices/<int:page_id>/marks/", mark_views.marks, name="notice_marks"),
        path(
            "notices/<int:page_id>/marks/confirm/",
            mark_views.ConfirmMarksView.as_view(),
            name="notice_marks_confirm",
        ),
        path(
            "notices/<int:page_id>/attachments/add/",
            admin_views.AttachmentAddView.as_view(),
            name="notice_attachment_add",
        ),
        path("notices/<int:page_id>/uploads/", upload_views.begin, name="notice_upload"),
        path("notices/uploads/<str:token>/", upload_views.status, name="notice_upload_status"),
        path("notices/uploads/<str:token>/part/", upload_views.part, name="notice_upload_part"),
        path("notices/uploads/<str:token>/finish/", upload_views.finish, name="notice_upload_finish"),
        path(
            "notices/attachments/<int:pk>/delete/",
            admin_views.AttachmentDeleteView.as_view(),
            name="notice_attachment_delete",
        ),
        path("notices/records/<int:pk>/check/", check_views.CheckSheetView.as_view(), name="notice_check"),
        path(
            "notices/records/<int:pk>/check/<slug:rule_id>/waive/",
            check_views.WaiveView.as_view(),
            name="notice_waive",
        ),
        path(
            "notices/waivers/<int:pk>/withdraw/",
            check_views.WithdrawWaiverView.as_view(),
            name="notice_waiver_withdraw",
        ),
        path(
            "notices/records/<int:pk>/evidence/",
            evidence_views.EvidencePageView.as_view(),
            name="notice_evidence",
        ),
        path("notices/records/<int:pk>/postings/", evidence_views.make_postings, name="notice_postings"),
        path(
            "notices/postings/<int:pk>/<slug:act>/", evidence_views.change_upload, name="posting_upload_code"
        ),
        path("notices/ledger-checks/", LedgerCheckView.as_view(), name="ledger_checks"),
        path("notices/duties/", duty_views.DutyListView.as_view(), name="notice_duties"),
        path("notices/records/<int:pk>/<slug:name>/", admin_views.ActView.as_view(), name="notice_act"),
        path("notices/<int:page_id>/correction/", correction_views.correction, name="notice_correction"),
        path("notices/projects/<int:pk>/dates/", project_views.DatesView.as_view(), name="project_dates"),
        path("notices/project-ends/<int:pk>/", project_views.ConfirmEndView.as_view(), name="project_end"),
        path(
            "notices/corrections/new/<int:pk>/",
            correction_views.OpenView.as_view(),
            name="correction_open",
        ),
        path(
            "notices/corrections/<int:pk>/abandon/",
            correction_views.AbandonView.as_view(),
            name="correction_abandon",
        ),
        path(
            "notices/corrections/<int:pk>/statutory/",
            correction_views.MakeStatutoryView.as_view(),
            name="correction_statutory",
        ),
        path("notices/evidence/<int:pk>/<str:name>", admin_views.evidence_file, name="evidence_file"),
        *act_urls(),
        path(
            "notices/<int:page_id>/confirmation/",
            confirmation_views.ConfirmationView.as_view(),
            name="notice_confirmation",
        ),
        path(
            "notices/<int:page_id>/confirmation/sheet/",
            confirmation_views.sheet,
            name="notice_confirmation_sheet",
        ),
        path(
            "notices/<int:page_id>/confirmation/<int:scan_id>/",
            confirmation_views.scan_file,
            name="notice_confirmation_scan",
        ),
    ]


class DutyMenuItem(MenuItem):  # type: ignore[misc]
    """待办, for those who have to act."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Leave officers without it."""
        return has_duties(request.user)


@hooks.register("register_admin_menu_item")
def duties_menu_item() -> MenuItem:
    """Put what is due before the registers."""
    return DutyMenuItem(_("待办"), reverse("notice_duties"), icon_name="tasks", order=105)


@hooks.register("register_account_settings_panel")
def reminder_panel(request: HttpRequest, user: Any, profile: Any) -> ReminderPanel:
    """Let a person switch the reminders off."""
    return ReminderPanel(request, user, profile)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Load the few styles of our panels."""
    return format_html('<link rel="stylesheet" href="{}">', static("notices/admin/notices.css"))


@hooks.register("insert_editor_js")
def editor_js() -> str:
    """Load the refresh of checklist and attachments after an automatic save, and what keeps saves one after another."""
    return format_html(
        '<script src="{}" data-base="{}"></script>',
        static("notices/admin/editor.js"),
        reverse("wagtailadmin_home") + "notices/",
    ) + format_html(
        '<script src="{}"></script><script src="{}"></script>',
        static("notices/admin/marks.js"),
        static("notices/admin/saving.js"),
    )


@hooks.register("construct_main_menu")
def limit_menu(request: HttpRequest, items: list[Any]) -> None:
    """Leave each role the entries it has a use for."""
    if permissions.is_operator(request.user):
        hidden = HIDDEN_FROM_ALL
    elif permissions.editable_page_paths(request.user):
        hidden = HIDDEN_FROM_PROPONENTS
    else:
        hidden = HIDDEN_FROM_OFFICERS
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_homepage_panels", order=100)
def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Put our lists in the place of Wagtail's: they say the same in the words of a notice."""
    calendar = CalendarPanel()
    panels[:] = [calendar, TasksPanel(warned=calendar.warns)]


@hooks.register("construct_homepage_summary_items", order=100)
def home_summary(request: HttpRequest, items: list[Any]) -> None:
    """Show no count of pages."""
    items.clear()


@hooks.register("construct_page_chooser_queryset")
def limit_chooser(pages: Any, request: HttpRequest) -> Any:
    """Show no other proponent's drafts: a person's own subtree and the way down to it, or nothing."""
    return admin_guards.choosable_pages(pages, request.user)


@hooks.register("register_page_header_buttons")
def act_buttons(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """Offer an operator's acts in the page's menu, and everybody the register entry."""
    notice = page.specific if page.specific_class is NoticePage else None
    if notice is None or notice.pk is None:
        return
    yield Button(
        _("公示登记"),
        url=reverse("notice_register:inspect", args=[notice.record.pk]),
        icon_name="clipboard-list",
        priority=5,
    )
    yield Button(_("形式核对"), url=check_views.sheet_url(notice.record), icon_name="list-ul", priority=6)
    yield from correction_views.correction_buttons(notice.record, user)
    if confirmation_views.needs_confirmation(notice):
        yield Button(
            _("公开确认"),
            url=reverse("notice_confirmation", args=[notice.pk]),
            icon_name="check",
            priority=7,
        )
    if permissions.is_operator(user):
        for priority, act in enumerate(acts_on_offer(notice.record)):
            yield act_button(notice.record, act, 70 + priority)


@hooks.register("construct_page_action_menu")
def put_the_check_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Show an operator who checks a notice the approval first, not the saving of a draft."""
    page = context.get("page")
    if isinstance(page, NoticePage):
        items.sort(key=lambda item: (item.name != "approve", item.order))


@hooks.register("before_edit_page")
def say_why_not_published(request: HttpRequest, page: Any) -> None:
    """Answer a forged 'publish' with a reason; what was typed is saved as a draft all the same."""
    if isinstance(page, NoticePage) and request.method == "POST":
        admin_guards.explain_direct_publication(request)


@hooks.register("before_create_page")
def say_why_not_published_at_once(request: HttpRequest, parent: Any, page_class: Any) -> None:
    """Answer a forged 'publish' of a new notice with a reason."""
    if page_class is NoticePage and request.method == "POST":
        admin_guards.explain_direct_publication(request)


@hooks.register("before_copy_page")
def refuse_copies(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Lead a copy of a notice to the next round of its project."""
    return admin_guards.refuse_copy(request, page)


@hooks.register("before_delete_page")
def refuse_deletion(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Refuse with the reason before Wagtail tries."""
    return admin_guards.refuse_removal_of([page], request)


@hooks.register("before_move_page")
def refuse_move(request: HttpRequest, page: Any, destination: Any) -> HttpResponse | None:
    """Refuse with the reason before Wagtail tries."""
    return admin_guards.refuse_removal_of([page], request)


@hooks.register("before_bulk_action")
def refuse_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse bulk acts on notices with the reason."""
    return admin_guards.refuse_bulk_action(request, action_type, action)


@hooks.register("after_edit_page", order=0)
def settle_marks(request: HttpRequest, page: Any) -> None:
    """Take the mark off every imported value that was changed."""
    if isinstance(page, NoticePage):
        settle_changed(page=page, user=request.user, now=timezone.now())


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def take_confirmation(request: HttpRequest, page: Any) -> None:
    """Record the confirmation that came with a submission."""
    if isinstance(page, NoticePage):
        confirmation_views.confirm_on_submission(request, page)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def count_what_blocks(request: HttpRequest, page: Any) -> None:
    """Say after each save how many items still block."""
    if not isinstance(page, NoticePage) or request.headers.get("accept", "").startswith("application/json"):
        return
    page.record.refresh_from_db()
    if not is_in_preparation(page.record):
        return
    if "action-workflow-action" in request.POST and request.POST.get("workflow-action-name") == "reject":
        messages.success(request, _("已退回修改。建设单位在“今日”和编辑页看到原因。"))
        return
    left = len(blocking_items(page.get_latest_revision_as_object()))
    if left:
        text = ngettext(
            "草稿已保存。还有 %(count)s 项必须补正，见“发布前核对”。",
            "草稿已保存。还有 %(count)s 项必须补正，见“发布前核对”。",
            left,
        )
        messages.warning(request, text % {"count": left})
    elif not page.workflow_in_progress:
        messages.info(request, _("法定要件已齐，可以提交核对。"))


hooks.register("register_reports_menu_item", ledger_menu_item)
