"""查阅记录: who read page two, originals of files and names for a meeting, when and why.

One list of each, for operators and the offices in charge, view-only.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Count
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from notices.capacity import capacity_labels
from notices.models import NoticeRecord
from notices.opinions.models import AccessBasis, ContactAccess, FileAccess, RegistrationAccess
from notices.permissions import ViewOnlyPolicy, is_officer, is_operator, visible_records


class SupervisionPolicy(ViewOnlyPolicy):
    """Looked at by those who supervise, not by those who are."""

    def _may_view(self, user: Any) -> bool:
        return bool(user.is_active and (is_operator(user) or is_officer(user)))


class AccessFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """By notice."""

    notice = django_filters.ChoiceFilter(label=gettext_lazy("公示"), empty_label=gettext_lazy("全部"))
    notice_path = "notice"

    class Meta:
        model: type[ContactAccess | FileAccess | RegistrationAccess] = ContactAccess
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only notices that the person may see."""
        super().__init__(*args, **kwargs)
        records = visible_records(NoticeRecord.objects.all(), self.request.user)
        read = self._meta.model.objects.values(self.notice_path)
        notices = records.filter(page__in=read).order_by("-pk")
        self.filters["notice"].field_name = self.notice_path
        self.filters["notice"].extra["choices"] = [
            (page_id, f"{code} {name}")
            for page_id, code, name in notices.values_list("page_id", "code", "page__project_name")
        ]


class ContactFilterSet(AccessFilterSet):
    """By notice and by ground."""

    basis = django_filters.ChoiceFilter(
        label=gettext_lazy("依据"), choices=AccessBasis.choices, empty_label=gettext_lazy("全部")
    )


class FileFilterSet(ContactFilterSet):
    """By notice and by ground."""

    notice_path = "file__opinion__notice"

    class Meta(ContactFilterSet.Meta):
        model = FileAccess


class RegistrationFilterSet(AccessFilterSet):
    """By notice."""

    notice_path = "meeting__notice"

    class Meta(AccessFilterSet.Meta):
        model = RegistrationAccess


class AccessIndexView(generic.IndexView):  # type: ignore[misc]
    """A list, newest first."""

    default_ordering = ("-read_at", "-pk")
    filterset_class: type[AccessFilterSet]
    nothing_yet: Any

    def get_base_queryset(self) -> Any:
        """Limit to the notices that the person may see."""
        records = visible_records(NoticeRecord.objects.all(), self.request.user)
        path = self.filterset_class.notice_path
        rows = self.model.objects.filter(**{f"{path}__in": records.values("page")})
        return rows.select_related(f"{path}__record", "read_by")

    @cached_property
    def _capacities(self) -> dict[int, str]:
        """Return as whom each reader acts, asked once for the page."""
        return capacity_labels(self.model.objects.values_list("read_by_id", flat=True).distinct())

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns; each row costs no query of its own."""
        return [
            Column("time", label=_("时间"), accessor=_time, width="13%"),
            Column("reader", label=_("查阅人"), accessor=self._reader, width="18%"),
            Column("notice", label=_("公示"), accessor=self._notice),
            *self.own_columns(),
            Column("reason", label=_("原因"), accessor="reason", width="22%"),
        ]

    def own_columns(self) -> list[Any]:
        """Return the columns of this kind of access: what was read, on what ground."""
        raise NotImplementedError

    def _reader(self, row: Any) -> str:
        return f"{row.read_by.get_username()}（{self._capacities.get(row.read_by_id, '')}）"

    def _notice(self, row: Any) -> str:
        notice = row
        for step in self.filterset_class.notice_path.split("__"):
            notice = getattr(notice, step)
        return f"{notice.record.code} {notice.project_name}"

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        """Offer nothing: the row says all there is."""
        return []

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        return _("没有符合条件的查阅记录。") if self.is_filtering else str(self.nothing_yet)


class ContactIndexView(AccessIndexView):
    """Who read page two."""

    page_title = gettext_lazy("联系方式查阅记录")
    filterset_class = ContactFilterSet
    nothing_yet = gettext_lazy("还没有人查阅过公众的联系方式。每次查阅的时间、查阅人和原因列在这里。")

    def get_base_queryset(self) -> Any:
        """Count the opinions of each batch."""
        return super().get_base_queryset().annotate(count=Count("opinions"))

    def own_columns(self) -> list[Any]:
        """Return how many opinions, and the ground."""
        return [
            Column("count", label=_("意见"), accessor=_count, width="8%"),
            Column("basis", label=_("依据"), accessor="get_basis_display", width="16%"),
        ]


class FileIndexView(AccessIndexView):
    """Who opened a file as it was taken."""

    page_title = gettext_lazy("附件原件查阅记录")
    filterset_class = FileFilterSet
    nothing_yet = gettext_lazy("还没有人打开过附件原件。每次打开的时间、查阅人和原因列在这里。")

    def get_base_queryset(self) -> Any:
        """Leave out copies of photos, which say neither place nor device."""
        return super().get_base_queryset().filter(original=True)

    def own_columns(self) -> list[Any]:
        """Return the opinion, and the ground; a document is open to some together with page one."""
        return [
            Column("opinion", label=_("意见"), accessor="file.opinion.number", width="12%"),
            Column("basis", label=_("依据"), accessor=_basis, width="16%"),
        ]


class RegistrationIndexView(AccessIndexView):
    """Who read the names of those who registered for a meeting."""

    page_title = gettext_lazy("报名信息查阅记录")
    filterset_class = RegistrationFilterSet
    nothing_yet = gettext_lazy("还没有人查阅过会议报名信息。每次查阅的时间、查阅人和原因列在这里。")

    def own_columns(self) -> list[Any]:
        """Return the meeting and how many were read."""
        return [
            Column("meeting", label=_("会议"), accessor="meeting", width="16%"),
            Column("count", label=_("人数"), accessor="count", width="8%"),
        ]


def _time(row: Any) -> str:
    return f"{timezone.localtime(row.read_at):%Y-%m-%d %H:%M}"


def _count(row: Any) -> str:
    return _("%(count)s 条") % {"count": row.count}


def _basis(row: FileAccess) -> str:
    return row.get_basis_display() or _("随意见内容")


class AccessViewSet(ModelViewSet):  # type: ignore[misc]
    """A list as Wagtail registers it; nothing that changes it."""

    icon = "view"
    add_to_reference_index = False
    form_fields: list[str] = []
    copy_view_enabled = False
    list_per_page = 50

    def get_urlpatterns(self) -> list[Any]:
        """Return the list and its refresh."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Name no address that is not there."""
        names = ("history", "usage", "add", "edit", "delete", "inspect")
        return {**super().get_common_view_kwargs(**kwargs), **{f"{name}_url_name": None for name in names}}

    def get_permissions_to_register(self) -> Any:
        """Offer no permissions for groups: who sees what follows from role and office."""
        return super().get_permissions_to_register().none()

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Return a form without fields: nothing is edited here."""
        return forms.Form


class ContactAccessViewSet(AccessViewSet):
    """联系方式."""

    model = ContactAccess
    name = "contact_accesses"
    menu_label = gettext_lazy("联系方式")
    index_view_class = ContactIndexView


class FileAccessViewSet(AccessViewSet):
    """附件原件."""

    model = FileAccess
    name = "file_accesses"
    menu_label = gettext_lazy("附件原件")
    index_view_class = FileIndexView


class RegistrationAccessViewSet(AccessViewSet):
    """会议报名信息."""

    model = RegistrationAccess
    name = "registration_accesses"
    menu_label = gettext_lazy("会议报名信息")
    index_view_class = RegistrationIndexView


class AccessGroup(ModelViewSetGroup):  # type: ignore[misc]
    """The lists under one menu entry."""

    menu_label = gettext_lazy("查阅记录")
    menu_icon = "view"
    menu_order = 118
    items = (ContactAccessViewSet, FileAccessViewSet, RegistrationAccessViewSet)
