"""The notice editor: its panels in the order of Art. 10, and a form that judges before it lets anything pass."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)

from notices import permissions
from notices.checklist import ChecklistItem, blocking_items, editor_context


class NoticePageForm(WagtailAdminPageForm):  # type: ignore[misc]
    """Refuses to submit or approve while a rule blocks, with each message at its field; saving a draft always works."""

    _GATED = ("action-submit", "action-restart-workflow")

    def clean(self) -> dict[str, Any]:
        """Run the rules on what was typed when it is about to leave the proponent's hands."""
        cleaned: dict[str, Any] = super().clean()
        if (
            self._leaves_draft()
            and not self.errors
            and all(rows.is_valid() for rows in self.formsets.values())
        ):
            for item in blocking_items(self._typed_instance()):
                self._show(item)
        return cleaned

    def _leaves_draft(self) -> bool:
        approving = (
            self.data.get("workflow-action-name") == "approve" and "action-workflow-action" in self.data
        )
        return approving or any(name in self.data for name in self._GATED)

    def _typed_instance(self) -> Any:
        """Return the page with what was typed, inline rows included, unsaved."""
        for name, value in self.cleaned_data.items():
            if name in self._meta.fields:
                setattr(self.instance, name, value)
        for rows in self.formsets.values():
            rows.save(commit=False)
        return self.instance

    def _show(self, item: ChecklistItem) -> None:
        """Put a finding beside its field or above its rows; what is mended elsewhere stands at the top."""
        if item.field in self.fields:
            self.add_error(item.field, item.message)
        elif item.field in self.formsets:
            self.formsets[item.field].non_form_errors().append(item.message)
        else:
            self.add_error(None, item.message)


class ChecklistPart(Panel):  # type: ignore[misc]
    """A part of the editor that shows something of the checklist; ``template_name`` says what."""

    def __init__(self, template_name: str = "", **kwargs: Any) -> None:
        """Keep the template."""
        super().__init__(**kwargs)
        self.template_name = template_name

    def clone_kwargs(self) -> dict[str, Any]:
        """Hand the template on to the panel that is bound to the model."""
        return {**super().clone_kwargs(), "template_name": self.template_name}

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        @property
        def template_name(self) -> str:
            """Return the template of the part."""
            name: str = self.panel.template_name
            return name

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add findings and the proposed window, none for a notice that is new or has left the draft stage."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, **editor_context(self.instance, self.request)}


class AttachmentsPanel(Panel):  # type: ignore[misc]
    """The attachments of the notice with the way to add one."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "notices/admin/attachments_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the rows and whether they may be changed."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["notice"] = self.instance
            if self.instance.pk:
                context.update(attachments_context(self.instance, self.request.user))
            return context


def attachments_context(notice: Any, user: Any) -> dict[str, Any]:
    """Return what the list of attachments shows."""
    return {
        "notice": notice,
        "attachments": list(notice.attachments.all()),
        "may_change": permissions.can_change_attachments(user, notice),
    }


def proponent_panels() -> list[Panel]:
    """Return the panels of a proponent's page."""
    return [
        FieldPanel("title", heading=_("单位名称")),
        FieldPanel("uscc"),
        FieldPanel("address"),
        FieldPanel("entrustment_filed_on"),
    ]


def notice_edit_handler() -> TabbedInterface:
    """Return the editor: checklist, basic facts, the five items of Art. 10, summary, simplification, signature."""
    content = ObjectList(
        [
            ChecklistPart("notices/admin/verdict_panel.html", heading=_("发布前核对")),
            MultiFieldPanel(
                [
                    FieldPanel("kind"),
                    FieldPanel("project_name"),
                    FieldRowPanel([FieldPanel("project_code"), FieldPanel("division_code")]),
                    FieldPanel("location"),
                    FieldRowPanel([FieldPanel("nature"), FieldPanel("category")]),
                    FieldPanel("content"),
                    FieldPanel("existing_works"),
                    FieldRowPanel([FieldPanel("investment_wan_yuan"), FieldPanel("area")]),
                    FieldRowPanel([FieldPanel("filing_authority"), FieldPanel("filing_date")]),
                ],
                heading=_("项目基本情况"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("proponent_name"),
                    FieldRowPanel(
                        [FieldPanel("contact_name"), FieldPanel("contact_phone"), FieldPanel("contact_email")]
                    ),
                    FieldPanel("consultant_name"),
                    FieldRowPanel([FieldPanel("consultant_contact"), FieldPanel("contracted_on")]),
                ],
                heading=_("建设单位和编制单位"),
            ),
            MultiFieldPanel(
                [AttachmentsPanel(), InlinePanel("paper_places", label=_("纸质查阅地点"))],
                heading=_("（一）报告书征求意见稿全文和纸质报告书查阅"),
            ),
            MultiFieldPanel(
                [FieldPanel("public_scope"), InlinePanel("places", label=_("村庄或单位"))],
                heading=_("（二）征求意见的公众范围"),
            ),
            MultiFieldPanel(
                [InlinePanel("ways", label=_("方式"))],
                heading=_("（三）（四）公众意见表和提出意见的方式"),
                help_text=_("网上意见表由平台提供，不必填写。其他方式请逐一写明地址或号码。"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("planned_date"), FieldPanel("requested_last_day")]),
                    ChecklistPart("notices/admin/window_panel.html"),
                    FieldPanel("accepts_late"),
                    FieldPanel("statement_count"),
                ],
                heading=_("（五）公众提出意见的起止时间"),
            ),
            MultiFieldPanel([InlinePanel("summary_points", label=_("要点"))], heading=_("一页看懂")),
            MultiFieldPanel(
                [
                    FieldPanel("art31_simplified"),
                    FieldPanel("art31_park"),
                    FieldPanel("art31_review"),
                    FieldPanel("art31_statement"),
                ],
                heading=_("第三十一条简化"),
                classname="collapsed",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("signature_unit"), FieldPanel("signature_date")]),
                    FieldPanel("qualifying_platform_url"),
                ],
                heading=_("落款和法定平台"),
            ),
        ],
        heading=_("公示"),
    )
    return TabbedInterface([content])  # a single tab shows no tab bar, but brings Wagtail's spacing
