"""Forms of the statement; what the official outline wants stands beside each part."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from notices.archive.models import ElsewhereRound, Statement
from notices.evidence_services import PreparedFile, prepare_file
from notices.forms import MultipleFileField, MultipleFileInput
from notices.opinions.models import Channel
from notices.statutory.statement_outline import AUTHOR_PARTS, OUTLINE

_COUNT = "count_"


class PartsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The author's parts in the order of the outline."""

    class Meta:
        model = Statement
        fields: ClassVar[list[str]] = list(AUTHOR_PARTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Number each part and say what the outline wants there."""
        super().__init__(*args, **kwargs)
        for name, number in AUTHOR_PARTS.items():
            field = self.fields[name]
            field.widget = AdminAutoHeightTextInput(attrs={"rows": 4})
            field.label = f"{number} {field.label}"
            field.help_text = OUTLINE[number].wanted


class ElsewhereForm(forms.ModelForm):  # type: ignore[type-arg]
    """A round held elsewhere: what, where, when, how many opinions by channel, and the files that prove it."""

    url = forms.URLField(label=gettext_lazy("网址"), required=False, max_length=500, assume_scheme="https")
    new_files = MultipleFileField(
        label=gettext_lazy("证据文件"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("网页截图、版面或者照片，可以一次选多个。PDF、JPG、PNG，每个不超过 30 MB。"),
        widget=MultipleFileInput(attrs={"accept": ".pdf,image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = ElsewhereRound
        fields: ClassVar[list[str]] = [
            "round",
            "channel",
            "name",
            "url",
            "started_on",
            "ended_on",
            "content",
            "handling",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "started_on": AdminDateInput(),
            "ended_on": AdminDateInput(),
            "content": AdminAutoHeightTextInput(),
            "handling": AdminAutoHeightTextInput(),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("网站、报纸或者张贴地点的名称。"),
            "content": gettext_lazy("公开了哪些内容，例如项目名称、建设内容、联系方式、意见表链接。"),
            "handling": gettext_lazy("收到意见的，写明采纳、未采纳的情况和理由，以及怎样反馈。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add a number for each channel of opinions."""
        super().__init__(*args, **kwargs)
        for channel in Channel:
            self.fields[_COUNT + channel] = forms.IntegerField(
                label=_("收到意见：%(channel)s（条）") % {"channel": channel.label},
                required=False,
                min_value=0,
                initial=(self.instance.counts or {}).get(channel),
            )
        first = self.fields[_COUNT + next(iter(Channel))]
        first.help_text = _("没有收到的填 0。同一轮用几种载体公开的，意见只在一条记录里填，不要重复。")
        names = [name for name in self.fields if name not in ("handling", "new_files")]
        self.order_fields([*names, "handling", "new_files"])

    def clean_new_files(self) -> list[PreparedFile]:
        """Check and store the files; one that is no proof is explained beside the field, all of them at once."""
        prepared, errors = [], []
        for upload in self.cleaned_data["new_files"]:
            try:
                prepared.append(prepare_file(upload))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return prepared

    def clean(self) -> dict[str, Any]:
        """Refuse dates out of order; bring the numbers together."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("started_on"), data.get("ended_on")
        if first and last and last < first:
            self.add_error("ended_on", _("结束日期早于开始日期，请核对。"))
        self.instance.counts = {
            str(channel): data[_COUNT + channel]
            for channel in Channel
            if data.get(_COUNT + channel) is not None
        }
        return data


class PaperForm(forms.Form):
    """One paper."""

    upload = forms.FileField(label=gettext_lazy("文件"), allow_empty_file=True)


class PublishForm(forms.Form):
    """What the pre-approval round still needs."""

    planned_on = forms.DateField(
        label=gettext_lazy("计划公开日期"),
        widget=AdminDateInput(),
        help_text=gettext_lazy("在向审批机关报批以前公开（《办法》第二十条）。"),
    )
    report = forms.FileField(
        label=gettext_lazy("拟报批的环境影响报告书全文"),
        required=False,
        help_text=gettext_lazy("PDF 文件。文件很大的，可以先不选，在下一步的编辑页分段上传。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )
