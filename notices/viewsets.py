"""Evidence for proponents and operators; offices, zones, calendars and projects for operators."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.forms.models import modelform_factory
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from notices import permissions
from notices.calendar_admin import CalendarViewSet
from notices.calendars import current_calendar
from notices.evidence_doubts import doubts_about, window_of
from notices.evidence_forms import EvidenceForm, PostingForm
from notices.evidence_overview import file_lines
from notices.evidence_services import file_evidence, remove_evidence
from notices.forms import OfficeForm, ProjectForm
from notices.models import (
    Meeting,
    NewspaperInsertion,
    Office,
    OtherChannel,
    PaperViewing,
    Project,
    SitePosting,
    Zone,
)
from notices.registers import RecordViewSet


class EvidenceIndexView(generic.IndexView):  # type: ignore[misc]
    """Records of the notices that the person may see."""

    def get_base_queryset(self) -> Any:
        """Limit the rows."""
        evidence = self.model._default_manager.select_related("notice").prefetch_related("files")
        return permissions.visible_evidence(evidence, self.request.user)

    @cached_property
    def columns(self) -> list[Any]:
        """Return what it is, to which notice it belongs, how many files prove it."""
        return [
            self._get_title_column_class(TitleColumn)(
                "name", label=self.model._meta.verbose_name, accessor=str, get_url=self._row_url
            ),
            Column("notice", label=_("公示"), accessor=lambda row: row.notice.project_name),
            Column("files", label=_("文件"), accessor=_file_count, width="12%"),
            Column(
                "recorded",
                label=_("登记时间"),
                accessor=lambda row: f"{timezone.localtime(row.recorded_at):%Y-%m-%d}",
                width="14%",
            ),
        ]

    def _row_url(self, instance: Any) -> str | None:
        return self.get_edit_url(instance) or self.get_inspect_url(instance)

    @cached_property
    def _paths(self) -> list[str]:
        """Return the tree paths below which the person changes evidence, asked once for all rows."""
        user = self.request.user
        return [""] if permissions.is_operator(user) else permissions.editable_page_paths(user)

    def _may_change(self, instance: Any) -> bool:
        return any(instance.notice.path.startswith(path) for path in self._paths)

    def get_edit_url(self, instance: Any) -> str | None:
        """Offer editing to the notice's proponent and to operators."""
        if self._may_change(instance):
            return reverse(self.edit_url_name, args=[instance.pk])
        return None

    def get_inspect_url(self, instance: Any) -> str:
        """Return the record's address: whoever sees the row may open it."""
        return reverse(self.inspect_url_name, args=[instance.pk])

    def get_delete_url(self, instance: Any) -> str | None:
        """Offer deletion only where it is possible: no file hangs on the record."""
        if self._may_change(instance) and not instance.files.all():
            return reverse(self.delete_url_name, args=[instance.pk])
        return None

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        if self.is_searching or self.is_filtering:
            return _("没有符合条件的记录。")
        return _("还没有%(name)s。登记后列在这里，公示锁定期间也可以登记。") % {
            "name": self.model._meta.verbose_name
        }


def _file_count(row: Any) -> str:
    count = len(row.files.all())
    return _("%(count)s 个") % {"count": count} if count else _("尚无文件")


class EvidenceFormMixin:
    """A form that knows who fills it in, saved by the service."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who fills it in."""
        return {**super().get_form_kwargs(), "for_user": self.request.user}  # type: ignore[misc,attr-defined]

    def save_instance(self) -> Any:
        """Save record and files together."""
        form = self.form  # type: ignore[attr-defined]
        evidence = file_evidence(
            evidence=form.save(commit=False),
            uploads=form.cleaned_data["new_files"],
            moment=form.cleaned_data.get("moment", ""),
            user=self.request.user,  # type: ignore[attr-defined]
            now=timezone.now(),
        )
        self._point_out(evidence)
        return evidence

    def _point_out(self, evidence: Any) -> None:
        window = window_of(evidence.notice.record, calendar=current_calendar())
        for doubt in doubts_about(evidence, window=window, today=timezone.localdate()):
            messages.warning(self.request, doubt.message)  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        """Lead to the evidence of the notice, where what is missing stands; a meeting has a page of its own."""
        if self.model is Meeting:  # type: ignore[attr-defined]
            return reverse("meeting:inspect", args=[self.object.pk])  # type: ignore[attr-defined]
        return reverse("notice_evidence", args=[self.object.notice.record.pk])  # type: ignore[attr-defined]


class EvidenceInstanceMixin:
    """Another proponent's record does not exist for this person."""

    action = "change"

    def get_object(self, queryset: Any = None) -> Any:
        """Return the record, or answer 404."""
        instance = super().get_object()  # type: ignore[misc]
        policy = self.permission_policy  # type: ignore[attr-defined]
        if not policy.user_has_permission_for_instance(self.request.user, self.action, instance):  # type: ignore[attr-defined]
            raise Http404
        return instance


class EvidenceCreateView(EvidenceFormMixin, generic.CreateView):  # type: ignore[misc]
    """Record evidence."""

    def get_initial(self) -> dict[str, Any]:
        """Begin with the notice from whose page the person comes."""
        return {**super().get_initial(), "notice": self.request.GET.get("notice", "")}


class EvidenceEditView(EvidenceInstanceMixin, EvidenceFormMixin, generic.EditView):  # type: ignore[misc]
    """Mend a record or add files to it."""

    template_name = "notices/admin/evidence_edit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the files with what is known of them."""
        return super().get_context_data(lines=file_lines(self.object), **kwargs)


class EvidenceDeleteView(EvidenceInstanceMixin, generic.DeleteView):  # type: ignore[misc]
    """Delete a record on which no file hangs."""

    action = "delete"

    def delete_action(self) -> None:
        """Delete by the service, which writes the ledger."""
        remove_evidence(evidence=self.object, user=self.request.user, now=timezone.now())


class EvidenceInspectView(EvidenceInstanceMixin, generic.InspectView):  # type: ignore[misc]
    """Look at a record and its files."""

    action = "view"
    template_name = "notices/admin/evidence_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the files with what is known of them."""
        return super().get_context_data(lines=file_lines(self.object), **kwargs)


class EvidenceViewSet(ModelViewSet):  # type: ignore[misc]
    """One kind of evidence."""

    evidence_form: type[EvidenceForm] = EvidenceForm
    index_view_class = EvidenceIndexView
    add_view_class = EvidenceCreateView
    edit_view_class = EvidenceEditView
    delete_view_class = EvidenceDeleteView
    inspect_view_class = EvidenceInspectView
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id", "recorded_by", "upload_use", "upload_revoked"]
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form of this kind."""
        return modelform_factory(self.model, form=self.evidence_form, fields=self.form_fields)

    def get_urlpatterns(self) -> list[Any]:
        """Leave out Wagtail's history and usage: they know no limits by notice."""
        names = ("index", "index_results", "add", "edit", "delete", "inspect")
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in names]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Name no address that is not there."""
        return {**super().get_common_view_kwargs(**kwargs), "history_url_name": None, "usage_url_name": None}

    def get_permissions_to_register(self) -> Any:
        """Offer no permissions for groups: who may do what follows from the notice."""
        return super().get_permissions_to_register().none()


class InsertionViewSet(EvidenceViewSet):
    """报纸公开."""

    model = NewspaperInsertion
    icon = "doc-full"
    form_fields = ["notice", "newspaper", "planned_on", "published_on", "issue", "note"]


class PostingViewSet(EvidenceViewSet):
    """现场张贴."""

    model = SitePosting
    evidence_form = PostingForm
    icon = "image"
    form_fields = ["notice", "village", "spot", "posted_on", "removed_on", "note"]


class ViewingViewSet(EvidenceViewSet):
    """查阅记录."""

    model = PaperViewing
    icon = "list-ul"
    menu_label = gettext_lazy("查阅记录")
    form_fields = ["notice", "place", "viewed_on", "visitors", "note"]


class ChannelViewSet(EvidenceViewSet):
    """其他渠道."""

    model = OtherChannel
    icon = "globe"
    menu_label = gettext_lazy("其他渠道")
    form_fields = ["notice", "channel", "url", "started_on", "ended_on", "note"]


class EvidenceGroup(ModelViewSetGroup):  # type: ignore[misc]
    """The kinds of evidence in one menu."""

    menu_label = gettext_lazy("公开证据")
    menu_icon = "folder-open-inverse"
    menu_order = 120
    items = (InsertionViewSet, PostingViewSet, ViewingViewSet, ChannelViewSet)


class OfficeViewSet(ModelViewSet):  # type: ignore[misc]
    """主管部门."""

    model = Office
    icon = "group"
    copy_view_enabled = False
    list_display = ["name", "kind"]
    add_to_settings_menu = True
    menu_order = 210

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form with codes one a line."""
        return OfficeForm


class ZoneViewSet(ModelViewSet):  # type: ignore[misc]
    """开发区代码."""

    model = Zone
    icon = "site"
    copy_view_enabled = False
    list_display = ["code", "name", "valid_from", "valid_to"]
    form_fields = ["code", "name", "valid_from", "valid_to"]
    add_to_settings_menu = True
    menu_order = 220


class ProjectSaveMixin:
    """Saves the form itself, which knows the division rows."""

    @transaction.atomic
    def save_instance(self) -> Any:
        """Save project and divisions."""
        return self.form.save()  # type: ignore[attr-defined]


class ProjectEditView(ProjectSaveMixin, generic.EditView):  # type: ignore[misc]
    """Edit a project; the dates that start legal terms have a page of their own."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Lead to the dates and to the statement."""
        url = reverse("project_dates", args=[self.object.pk])
        return [
            HeaderButton(_("报批、决定和终止日期"), url=url, icon_name="date"),
            HeaderButton(
                _("公众参与说明"),
                url=reverse("statement", args=[self.object.pk]),
                icon_name="doc-full-inverse",
            ),
        ]


class ProjectIndexView(generic.IndexView):  # type: ignore[misc]
    """Fetches the proponents with their projects."""

    def get_base_queryset(self) -> Any:
        """Return the projects with what a row shows of others."""
        return super().get_base_queryset().select_related("proponent")


class ProjectViewSet(ModelViewSet):  # type: ignore[misc]
    """项目: made with the first notice, completed by operators."""

    model = Project
    icon = "folder-inverse"
    edit_view_class = ProjectEditView
    copy_view_enabled = False
    list_display = ["name", "code", "proponent", "approval_authority"]
    index_view_class = ProjectIndexView
    search_fields = ["name", "code"]
    add_to_settings_menu = True
    menu_order = 200

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form with codes one a line."""
        return ProjectForm


VIEWSETS = (RecordViewSet, EvidenceGroup, ProjectViewSet, OfficeViewSet, ZoneViewSet, CalendarViewSet)
