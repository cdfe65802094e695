"""查阅记录: who read page two of which opinions, when and why; for operators and the offices in charge, view-only."""

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
from wagtail.admin.viewsets.model import ModelViewSet

from notices.capacity import capacity_labels
from notices.models import NoticeRecord
from notices.opinions.models import AccessBasis, ContactAccess
from notices.permissions import ViewOnlyPolicy, is_officer, is_operator, visible_records


class SupervisionPolicy(ViewOnlyPolicy):
    """Looked at by those who supervise, not by those who are."""

    def _may_view(self, user: Any) -> bool:
        return bool(user.is_active and (is_operator(user) or is_officer(user)))


class AccessFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """By notice and by ground."""

    notice = django_filters.ChoiceFilter(
        label=gettext_lazy("公示"), field_name="notice_id", empty_label=gettext_lazy("全部")
    )
    basis = django_filters.ChoiceFilter(
        label=gettext_lazy("依据"), choices=AccessBasis.choices, empty_label=gettext_lazy("全部")
    )

    class Meta:
        model = ContactAccess
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only notices that the person may see."""
        super().__init__(*args, **kwargs)
        records = visible_records(NoticeRecord.objects.all(), self.request.user)
        notices = records.filter(page__contact_accesses__isnull=False).distinct().order_by("-pk")
        self.filters["notice"].extra["choices"] = [
            (page_id, f"{code} {name}")
            for page_id, code, name in notices.values_list("page_id", "code", "page__project_name")
        ]


class AccessIndexView(generic.IndexView):  # type: ignore[misc]
    """The list, newest first."""

    page_title = gettext_lazy("查阅记录")
    filterset_class = AccessFilterSet
    default_ordering = ("-read_at", "-pk")

    def get_base_queryset(self) -> Any:
        """Limit to the notices that the person may see."""
        records = visible_records(NoticeRecord.objects.all(), self.request.user)
        return (
            ContactAccess.objects.filter(notice__in=records.values("page"))
            .select_related("notice__record", "read_by")
            .annotate(count=Count("opinions"))
        )

    @cached_property
    def _capacities(self) -> dict[int, str]:
        """Return as whom each reader acts, asked once for the page."""
        return capacity_labels(ContactAccess.objects.values_list("read_by_id", flat=True).distinct())

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns; each row costs no query of its own."""
        return [
            Column("time", label=_("时间"), accessor=_time, width="13%"),
            Column("reader", label=_("查阅人"), accessor=self._reader, width="18%"),
            Column("notice", label=_("公示"), accessor=_notice),
            Column("count", label=_("意见"), accessor=_count, width="8%"),
            Column("basis", label=_("依据"), accessor="get_basis_display", width="16%"),
            Column("reason", label=_("原因"), accessor="reason", width="22%"),
        ]

    def _reader(self, row: ContactAccess) -> str:
        return f"{row.read_by.get_username()}（{self._capacities.get(row.read_by_id, '')}）"

    def get_list_more_buttons(self, instance: ContactAccess) -> list[Any]:
        """Offer nothing: the row says all there is."""
        return []

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        if self.is_filtering:
            return _("没有符合条件的查阅记录。")
        return _("还没有人查阅过公众的联系方式。每次查阅的时间、查阅人和原因列在这里。")


def _time(row: ContactAccess) -> str:
    return f"{timezone.localtime(row.read_at):%Y-%m-%d %H:%M}"


def _notice(row: ContactAccess) -> str:
    return f"{row.notice.record.code} {row.notice.project_name}"


def _count(row: Any) -> str:
    return _("%(count)s 条") % {"count": row.count}


class AccessViewSet(ModelViewSet):  # type: ignore[misc]
    """The list as Wagtail registers it; nothing that changes it."""

    model = ContactAccess
    name = "contact_accesses"
    icon = "view"
    menu_label = gettext_lazy("查阅记录")
    menu_order = 118
    add_to_admin_menu = True
    add_to_reference_index = False
    form_fields: list[str] = []
    index_view_class = AccessIndexView
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
