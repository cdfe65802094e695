"""公示登记: the view-only register of notices, each person's part of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from notices import permissions
from notices.admin_acts import acts_on_offer
from notices.calendars import current_calendar
from notices.correction_views import correction_buttons
from notices.duties import DutyOf
from notices.models import NoticeRecord
from notices.record_details import record_context
from notices.selectors import short_date, status_of
from notices.statutory import divisions

STATES = (
    ("draft", gettext_lazy("草稿")),
    ("approved", gettext_lazy("已核对，待公开")),
    ("open", gettext_lazy("征求意见中")),
    ("closed", gettext_lazy("已截止")),
    ("standing", gettext_lazy("报批前公开、首次公开已结束")),
    ("superseded", gettext_lazy("已被取代")),
    ("withdrawn", gettext_lazy("已撤回")),
    ("historical", gettext_lazy("历史记录")),
)
CLOSING = ("closing", gettext_lazy("七天内截止"))


class RecordFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """County and state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("状态"),
        choices=(*STATES, CLOSING),
        method="filter_state",
        empty_label=gettext_lazy("全部"),
    )
    county = django_filters.ChoiceFilter(
        label=gettext_lazy("县（市、区）"), method="filter_county", empty_label=gettext_lazy("全部")
    )

    class Meta:
        model = NoticeRecord
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only counties that the person's notices touch."""
        super().__init__(*args, **kwargs)
        records = permissions.visible_records(NoticeRecord.objects.all(), self.request.user)
        codes = records.order_by().values_list("page__project__divisions__code", flat=True).distinct()
        self.filters["county"].extra["choices"] = sorted(
            (code, divisions.label(code)) for code in codes if code
        )

    def filter_state(self, records: Any, name: str, value: str) -> Any:
        """Limit to one state, as a reader understands it."""
        return records.in_state(value, timezone.localdate())

    def filter_county(self, records: Any, name: str, value: str) -> Any:
        """Limit to one county."""
        return records.in_divisions([value])


class RecordIndexView(generic.IndexView):  # type: ignore[misc]
    """The list."""

    page_title = gettext_lazy("公示登记")
    filterset_class = RecordFilterSet
    default_ordering = None

    def get_base_queryset(self) -> Any:
        """Limit to what the person may see."""
        return permissions.visible_records(NoticeRecord.objects.for_lists(), self.request.user).order_by(
            "-published_on", "-pk"
        )

    @cached_property
    def _calendar(self) -> Any:
        return current_calendar()

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns; each row costs no query of its own."""
        return [
            self._get_title_column_class(TitleColumn)(
                "code",
                label=_("公示码"),
                get_url=self.get_inspect_url,
                width="11%",
                classname="title notice-code",
            ),
            Column(
                "project", label=_("项目"), accessor=lambda record: record.page.project_name or _("未命名")
            ),
            Column(
                "proponent",
                label=_("建设单位"),
                accessor=lambda record: record.page.proponent_name,
                width="19%",
            ),
            Column("county", label=_("县（市、区）"), accessor=_counties, width="10%"),
            Column("status", label=_("状态"), accessor=self._status, width="10%"),
            Column("window", label=_("公开日期"), accessor=_opening, width="12%"),
            Column("last_day", label=_("截止日"), accessor=_last_day, width="12%"),
        ]

    def _status(self, record: NoticeRecord) -> str:
        return status_of(record, now=timezone.now(), calendar=self._calendar).label

    def get_inspect_url(self, instance: NoticeRecord) -> str:
        """Return the entry's address: whoever sees the row may open it, so nothing is asked row by row."""
        return reverse("notice_register:inspect", args=[instance.pk])

    def get_list_more_buttons(self, instance: NoticeRecord) -> list[Any]:
        """Offer nothing in the list: the entry itself leads on."""
        return []

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        if self.is_searching or self.is_filtering:
            return _("没有符合条件的公示。")
        if permissions.is_officer(self.request.user):
            return _("还没有公示。本部门辖区内的公示核对通过后列在这里。")
        return _("还没有公示。建立草稿后列在这里。")


def _counties(record: NoticeRecord) -> str:
    project = record.page.project
    codes = [row.code for row in project.divisions.all()] if project else [record.page.division_code]
    return "、".join(divisions.short_name(code) for code in codes if code)


def _opening(record: NoticeRecord) -> str:
    if record.published_on:
        return f"{record.published_on:%Y-%m-%d}"
    return _("计划 %(day)s") % {"day": short_date(record.planned_on)} if record.planned_on else ""


def _last_day(record: NoticeRecord) -> str:
    if record.last_day is None:
        return ""
    return f"{record.last_day:%Y-%m-%d}" + (_("（暂定）") if record.provisional else "")


class RecordInspectView(generic.InspectView):  # type: ignore[misc]
    """One entry: facts, window, findings, changes, attachments, evidence, ledger head, ways on."""

    template_name = "notices/admin/record_inspect.html"
    page_title = gettext_lazy("公示登记")

    def get_object(self, queryset: Any = None) -> NoticeRecord:
        """Return the entry; one that the person may not see does not exist for them."""
        records = permissions.visible_records(NoticeRecord.objects.for_lists(), self.request.user)
        record = records.filter(pk=self.pk).first()
        if record is None:
            raise Http404
        return record

    def get_page_subtitle(self) -> str:
        """Name code and project."""
        return f"{self.object.code} {self.object.page.project_name}"

    def get_fields(self) -> list[str]:
        """Return nothing: the template shows the facts in groups."""
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer the acts that the stage allows, to operators."""
        if not permissions.is_operator(self.request.user):
            return []
        return [
            act_button(self.object, act, priority) for priority, act in enumerate(acts_on_offer(self.object))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything about the notice."""
        user = self.request.user
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(record_context(self.object, now=timezone.now()))
        context["correction_links"] = correction_buttons(self.object, user)
        if not permissions.is_operator(user):
            # An operator's duty leads to an act that nobody else may do.
            context["open_duties"] = [row for row in context["open_duties"] if row.who != DutyOf.OPERATOR]
        if permissions.is_operator(user):
            context["acts"] = [(act, act_url(self.object, act)) for act in acts_on_offer(self.object)]
        context["may_review"] = permissions.is_officer(user) or permissions.is_operator(user)
        if permissions.can_edit_notice(user, self.object.page):
            context["edit_url"] = reverse("wagtailadmin_pages:edit", args=[self.object.page_id])
            context["correction"] = self.object.open_correction
        return context


def act_url(record: NoticeRecord, act: Any) -> str:
    """Return the address of an act's form."""
    return reverse("notice_act", args=[record.pk, act.name])


def act_button(record: NoticeRecord, act: Any, priority: int) -> Button:
    """Return the button that leads to an act's form."""
    return Button(act.label, url=act_url(record, act), icon_name=act.icon, priority=priority)


class RecordViewSet(ModelViewSet):  # type: ignore[misc]
    """The register as Wagtail registers it: a list and an entry, nothing that changes either."""

    model = NoticeRecord
    name = "notice_register"
    icon = "clipboard-list"
    menu_label = gettext_lazy("公示登记")
    menu_order = 110
    add_to_admin_menu = True
    form_fields: list[str] = []
    index_view_class = RecordIndexView
    inspect_view_class = RecordInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    search_fields = ["code", "page__project_name", "page__project_code", "page__proponent_name"]
    list_per_page = 25

    @property
    def inspect_template_name(self) -> str:
        """Return our own template."""
        return "notices/admin/record_inspect.html"

    def get_urlpatterns(self) -> list[Any]:
        """Return the two views and the list's refresh."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Name no address that is not there."""
        names = ("history", "usage", "add", "edit", "delete")
        return {**super().get_common_view_kwargs(**kwargs), **{f"{name}_url_name": None for name in names}}

    def get_permissions_to_register(self) -> Any:
        """Offer no permissions for groups: who sees what follows from role, office and subtree."""
        return super().get_permissions_to_register().none()

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Return a form without fields: nothing is edited here."""
        return forms.Form
