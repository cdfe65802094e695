"""The forms of the start page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.importer.reader import UnreadableFileError, check_size, read_bytes

MAX_CHARACTERS = 200_000


class TextForm(forms.Form):
    """The text of a notice, pasted or in a file; ``text`` holds it either way once the form is clean."""

    text = forms.CharField(
        label=gettext_lazy("公示文字"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("从文件、网页或报纸识别结果复制，连同标题、联系方式和落款一起粘贴。"),
    )
    file = forms.FileField(
        label=gettext_lazy("或者上传文件"),
        required=False,
        help_text=gettext_lazy(".txt 或 .docx，不超过 5 MB。"),
        widget=forms.FileInput(attrs={"accept": ".txt,.docx"}),
    )

    def clean_text(self) -> str:
        """Return the text with plain line ends."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        """Read the file, if there is one; what was typed stays for another try."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        upload = cleaned.get("file")
        if upload and cleaned["text"]:
            self.add_error("file", _("文字和文件只用一种：请清空文字框，或者不选文件。"))
        elif upload:
            try:
                check_size(upload.size)
                cleaned["text"] = read_bytes(upload.read()).replace("\r\n", "\n").strip()
            except UnreadableFileError as error:
                self.add_error("file", str(error))
        elif not cleaned["text"]:
            self.add_error("text", _("请粘贴公示文字，或者选择文件。"))
        if len(cleaned.get("text", "")) > MAX_CHARACTERS:
            self.add_error("text", _("文字超过 20 万字，请只保留公示部分。"))
        return cleaned


class ProponentForm(forms.Form):
    """For whom an operator starts a notice."""

    proponent: Any = forms.ModelChoiceField(label=gettext_lazy("建设单位"), queryset=None, empty_label=None)

    def __init__(self, *args: Any, proponents: Any, **kwargs: Any) -> None:
        """Offer these proponents."""
        super().__init__(*args, **kwargs)
        self.fields["proponent"].queryset = proponents  # type: ignore[attr-defined]


class RoundForm(forms.Form):
    """Which notice the next round follows."""

    notice: Any = forms.ModelChoiceField(
        label=gettext_lazy("上一轮公示"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择上一轮公示。")},
    )

    def __init__(self, *args: Any, records: Any, **kwargs: Any) -> None:
        """Offer these records."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["notice"]
        field.queryset = records
        field.label_from_instance = _round_label


def _round_label(record: Any) -> str:
    published = f"，{record.published_on:%Y-%m-%d}" if record.published_on else ""
    return f"{record.page.project_name}（{record.page.get_kind_display()}，{record.code}{published}）"
