"""The notice editor: its panels in the order of Art. 10, and a form that judges before it lets anything pass."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
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
from notices.calendars import current_calendar
from notices.capacity import is_own_staff, mandate_gap
from notices.changed_fields import FROZEN
from notices.checklist import ChecklistItem, blocking_items, editor_context, is_in_preparation
from notices.correction_rules import (
    corrected_fields,
    end_after_correction,
    follows_from,
    prepared_wording,
)
from notices.gate import typed_digest
from notices.reading_notes import with_reading_notes
from notices.selectors import long_date


class NoticePageForm(WagtailAdminPageForm):  # type: ignore[misc]
    """Refuses to submit or approve while a rule blocks, with each message at its field; saving a draft always works."""

    _GATED = ("action-submit", "action-restart-workflow")

    confirms_publication = forms.BooleanField(
        label=_("本单位确认按以上内容公开，并对公众参与的真实性和结果负责。"),
        required=False,
        help_text=_(
            "提交时勾选，即为建设单位的公开确认（第六条）。不勾选也可以提交，但在本单位账号确认以前不能核对通过。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Close the fields that no correction of a published notice may change."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.record.correction_being_edited:
            for name in FROZEN & self.fields.keys():
                self.fields[name].disabled = True

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
            self._judge_the_person()
        return cleaned

    def _judge_the_person(self) -> None:
        """Stop a delegate without an authorisation, and an approval that changes what was submitted."""
        if self._is_approval():
            if self._changes_wording():
                self.add_error(
                    None, _("核对时不能改动内容。请退回建设单位修改；或者保存草稿，由其他管理员核对。")
                )
            return
        gap = mandate_gap(self.for_user, self.parent_page, on=timezone.localdate())
        if gap:
            self.add_error(None, gap)

    def _is_approval(self) -> bool:
        return self.data.get("workflow-action-name") == "approve" and "action-workflow-action" in self.data

    def _changes_wording(self) -> bool:
        latest = self.instance.get_latest_revision()
        return latest is not None and typed_digest(self.instance) != typed_digest(latest.as_object())

    def _leaves_draft(self) -> bool:
        if self.instance.pk and not is_in_preparation(self.instance.record):
            return False  # sent twice: the first time has published it, and the editor is locked again
        return self._is_approval() or any(name in self.data for name in self._GATED)

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
            """Add findings and the proposed window, none for a notice that is new or that nobody edits now."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, **editor_context(self.instance, self.request)}


class CorrectionPanel(Panel):  # type: ignore[misc]
    """What is being corrected, what follows from it, and the old and new wording side by side."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "notices/admin/correction_panel.html"

        def is_shown(self) -> bool:
            """Leave a notice alone that neither is corrected nor takes another's place."""
            return bool(self.instance.pk and super().is_shown() and self._correction)

        @cached_property
        def _correction(self) -> Any:
            return correction_of_editor(self.instance)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the correction and what it changes so far."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["notice"] = self.instance
            context.update(correction_context(self.instance, self._correction))
            return context


def correction_of_editor(notice: Any) -> Any:
    """Return the open correction that is edited here: of this notice, or of the one that this draft will replace."""
    return notice.record.correction_being_edited or notice.replaces.filter(state="open").first()


def correction_context(notice: Any, correction: Any) -> dict[str, Any]:
    """Return what the panel of a correction shows."""
    if correction is None or correction.draft_id == notice.pk:
        return {"correction": correction}
    return {
        "correction": correction,
        "changed": corrected_fields(prepared_wording(notice, correction)),
        "consequence": follows_from(correction.correction_class),
        "last_day": _end_if_checked_today(notice, correction),
        "may_be_statutory": correction.correction_class == "slip" and not notice.workflow_in_progress,
    }


def _end_if_checked_today(notice: Any, correction: Any) -> str:
    if correction.correction_class != "statutory" or correction.record.last_day is None:
        return ""
    day = end_after_correction(
        correction.record, notice, on=timezone.localdate(), calendar=current_calendar()
    )
    return long_date(day) if day else ""


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


class ConfirmationPanel(FieldPanel):  # type: ignore[misc]
    """The box by which the own staff of a 建设单位 confirms what it submits; nobody else has it."""

    class BoundPanel(FieldPanel.BoundPanel):  # type: ignore[misc]
        def is_shown(self) -> bool:
            """Show it to the 建设单位's own staff."""
            return bool(
                super().is_shown() and is_own_staff(self.request.user, self.form.parent_page.specific)
            )


def attachments_context(notice: Any, user: Any) -> dict[str, Any]:
    """Return what the list of attachments shows: those of the version in preparation where there is one."""
    correction = notice.record.correction_being_edited
    if correction is not None:
        prepared_wording(notice, correction)
    return {
        "notice": notice,
        "attachments": with_reading_notes(notice.files()),
        "may_change": permissions.can_change_attachments(user, notice),
        "correction": correction,
    }


def proponent_panels() -> list[Panel]:
    """Return the panels of a proponent's page."""
    return [
        FieldPanel("title", heading=_("单位名称")),
        FieldPanel("uscc"),
        FieldPanel("address"),
        FieldPanel("responsible"),
    ]


def notice_edit_handler() -> TabbedInterface:
    """Return the editor: checklist, basic facts, the five items of Art. 10, summary, simplification, signature."""
    content = ObjectList(
        [
            CorrectionPanel(heading=_("更正")),
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
            MultiFieldPanel([ConfirmationPanel("confirms_publication")], heading=_("公开确认")),
        ],
        heading=_("公示"),
    )
    return TabbedInterface([content])  # a single tab shows no tab bar, but brings Wagtail's spacing
