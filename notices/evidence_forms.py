"""Forms of evidence: what is doubtful stands beside its field, nothing true is refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from notices.calendars import current_calendar
from notices.evidence_doubts import doubts_about, span_words, window_of
from notices.evidence_services import PreparedFile, prepare_file
from notices.forms import MultipleFileField, MultipleFileInput
from notices.models import NewspaperInsertion, NoticePage, PhotoMoment
from notices.permissions import editable_notices

PHOTO_TYPES = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic"
# Dates that have to lie in the window.
_INSIDE = ("planned_on", "published_on", "posted_on")


class EvidenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record of evidence with the files that prove it; only notices that the person may prepare are on offer."""

    new_files = MultipleFileField(
        label=gettext_lazy("添加文件"),
        required=False,
        allow_empty_file=True,  # refused below, together with whatever else is wrong
        help_text=gettext_lazy("版面、照片或扫描件，可以一次选多个。PDF、JPG、PNG、HEIC，每个不超过 30 MB。"),
        widget=MultipleFileInput(attrs={"accept": f".pdf,{PHOTO_TYPES}"}),
    )

    def __init__(self, *args: Any, for_user: Any, **kwargs: Any) -> None:
        """Limit the notices on offer; say the window and the doubts beside the fields."""
        super().__init__(*args, **kwargs)
        notices = self.fields["notice"]
        notices.queryset = editable_notices(for_user).order_by("-pk")  # type: ignore[attr-defined]
        notices.label = _("公示")
        notices.label_from_instance = _notice_label  # type: ignore[attr-defined]
        if self.instance.pk:
            # Evidence is filed once: a record on the wrong notice is removed and made again.
            notices.disabled = True
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = AdminDateInput()
            elif isinstance(field.widget, forms.Textarea):
                field.widget = AdminAutoHeightTextInput()
        self._say_what_is_known(for_user)

    def _say_what_is_known(self, user: Any) -> None:
        notice = self._notice(user)
        if notice is None:
            return
        window = window_of(notice.record, calendar=current_calendar())
        if window:
            for name in _INSIDE:
                if name in self.fields:
                    text = _("征求意见期限：%(window)s。") % {"window": span_words(window)}
                    self.fields[name].help_text = text
        if isinstance(self.instance, NewspaperInsertion):
            self.fields["new_files"].help_text = _(
                "报纸版面的照片或扫描件，要能看清报名、日期和公示全文。PDF、JPG、PNG、HEIC，每个不超过 30 MB。"
            )
        if self.instance.pk:
            for doubt in doubts_about(self.instance, window=window, today=timezone.localdate()):
                field = self.fields[doubt.field]
                field.help_text = " ".join(part for part in (doubt.message, str(field.help_text)) if part)

    def _notice(self, user: Any) -> NoticePage | None:
        if self.instance.pk:
            notice: NoticePage = self.instance.notice
            return notice
        chosen = str(self.data.get("notice") or self.initial.get("notice") or "")
        if not chosen.isdigit():
            return None
        found: NoticePage | None = (
            editable_notices(user).select_related("record").filter(pk=int(chosen)).first()
        )
        return found

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


class PostingForm(EvidenceForm):
    """A posting; its photos say when in its life they were taken."""

    moment = forms.ChoiceField(
        label=gettext_lazy("这些照片拍摄于"),
        choices=PhotoMoment.choices,
        required=False,
        widget=forms.RadioSelect,
        initial=PhotoMoment.START,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the moment after the files."""
        super().__init__(*args, **kwargs)
        self.order_fields(
            [*(name for name in self.fields if name not in ("moment", "note")), "moment", "note"]
        )


def _notice_label(notice: NoticePage) -> str:
    return notice.project_name or str(notice.title)
