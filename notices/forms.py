"""Forms of the admin that belong to no page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from notices.models import Office, Project
from notices.models.attachments import AttachmentKind

_SEPARATORS = re.compile(r"[\s,，、;；]+")
_FILE_TYPES = ".pdf,.docx,.jpg,.jpeg,.png"


class ListField(forms.CharField):
    """Several short values in one text box, apart by space, comma or line."""

    widget = forms.Textarea

    def __init__(self, *, clean_item: Callable[[str], str], **kwargs: Any) -> None:
        """Take the function that checks one value and returns it; it raises ValidationError."""
        self.clean_item = clean_item
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show one value a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Return the list of checked values."""
        text = super().clean(value)
        return [self.clean_item(item) for item in _SEPARATORS.split(text.strip()) if item]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as shown."""
        return super().has_changed(self.prepare_value(initial), data)


def division_item(text: str) -> str:
    """Return a six-digit division code. Raises ValidationError for anything else."""
    if not re.fullmatch(r"\d{6}", text):
        raise ValidationError(_("“%(text)s”不是六位行政区划代码。"), params={"text": text})
    return text


class AttachmentFactsForm(forms.Form):
    """What a person says about a file."""

    kind = forms.ChoiceField(label=_("类别"), choices=AttachmentKind.choices)
    title = forms.CharField(
        label=_("名称"), max_length=200, required=False, help_text=_("公众看到的名称，不填则用类别名称。")
    )
    redaction_note = forms.CharField(
        label=_("删减说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("依法删去国家秘密、商业秘密、个人隐私的，写明删去了什么和理由；没有删减不填。"),
    )


class AttachmentForm(AttachmentFactsForm):
    """One file for a draft."""

    upload = forms.FileField(
        label=_("文件"),
        help_text=_("报告书须为 PDF 全文；其他附件可以是 PDF、DOCX、JPG、PNG。"),
        widget=forms.ClearableFileInput(attrs={"accept": _FILE_TYPES}),
    )
    field_order = ["kind", "title", "upload", "redaction_note"]


class UploadForm(AttachmentFactsForm):
    """A file that will follow in parts."""

    file_name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=1)


class ReasonForm(forms.Form):
    """An act that needs nothing but its reason."""

    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(attrs={"rows": 4}))


class PublicReasonForm(ReasonForm):
    """An act whose reason everybody reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say so beside the field."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("原因会在公示页面公开，请不要写入个人信息。")


class WaiverForm(forms.Form):
    """The reason for waiving a finding or for taking that back."""

    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明事实和依据。理由记入台账，请不要写入个人信息。"),
    )


class ExtensionForm(PublicReasonForm):
    """A later last day."""

    last_day = forms.DateField(label=_("新的截止日"), widget=AdminDateInput())
    field_order = ["last_day", "reason"]


class HistoryForm(forms.Form):
    """A notice of the past, entered as a historical record."""

    published_on = forms.DateField(
        label=_("当时的公开日期"),
        required=False,
        widget=AdminDateInput(),
        help_text=_("材料上没有、推断不出时不填。"),
    )
    basis = forms.CharField(
        label=_("依据"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("材料的来源；日期是推断的，写明凭什么推断。"),
    )

    def clean_published_on(self) -> date | None:
        """Refuse a date to come."""
        day: date | None = self.cleaned_data["published_on"]
        if day is not None and day >= timezone.localdate():
            raise ValidationError(_("历史记录的公开日期应当早于今天。"))
        return day


class MultipleFileInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several uploaded files; an empty list when there is none."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the list of checked files."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(MultipleFileField, self).clean(file, initial) for file in files]


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """An office with its divisions as codes, one a line."""

    division_codes = ListField(
        label=_("行政区划代码"),
        clean_item=division_item,
        help_text=_("六位代码，每行一个。市级代码（如 141000）包含所属各县。"),
    )

    class Meta:
        model = Office
        fields = ("name", "kind", "division_codes", "members")
        widgets: ClassVar[dict[str, Any]] = {"members": forms.CheckboxSelectMultiple}


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """A project with the divisions that it touches, by which officers see it."""

    divisions = ListField(
        label=_("涉及区划"),
        clean_item=division_item,
        required=False,
        help_text=_("六位代码，每行一个。所属主管部门据此看到项目。"),
    )

    class Meta:
        model = Project
        fields = (
            "name",
            "code",
            "approval_authority",
            "contracted_on",
        )
        widgets: ClassVar[dict[str, Any]] = {"contracted_on": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the divisions as rows hold them."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["divisions"] = [row.code for row in self.instance.divisions.all()]

    def save(self, commit: bool = True) -> Project:
        """Save the project and make its division rows equal to the codes."""
        project: Project = super().save(commit=commit)
        if commit:
            codes = self.cleaned_data["divisions"]
            project.divisions.exclude(code__in=codes).delete()
            for code in codes:
                project.divisions.get_or_create(code=code)
        return project
