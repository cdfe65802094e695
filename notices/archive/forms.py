"""Which posters are wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.archive.posters import Paper
from notices.models import SitePosting

GENERAL = "general"
PAPERS = ((Paper.A4.value, "A4"), (Paper.A3.value, "A3"))


class PosterForm(forms.Form):
    """Papers and sites of a batch of posters."""

    paper = forms.MultipleChoiceField(
        label=_("纸张"),
        choices=PAPERS,
        initial=[Paper.A4.value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择纸张：A4、A3 或两种都要。")},
    )
    site = forms.MultipleChoiceField(
        label=_("张贴点"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个张贴点，或者选通用海报。")},
    )

    def __init__(self, *args: Any, postings: list[SitePosting], **kwargs: Any) -> None:
        """Offer the registered sites of the notice and a poster for anywhere."""
        super().__init__(*args, **kwargs)
        self._postings = {str(row.pk): row for row in postings}
        site: Any = self.fields["site"]
        site.choices = [
            *((key, str(row)) for key, row in self._postings.items()),
            (GENERAL, _("通用（不印张贴点）")),
        ]
        site.initial = list(self._postings) or [GENERAL]

    def papers(self) -> list[Paper]:
        """Return the wanted papers."""
        return [Paper(name) for name in self.cleaned_data["paper"]]

    def postings(self) -> list[SitePosting | None]:
        """Return the wanted sites; None stands for the general poster."""
        return [self._postings.get(key) for key in self.cleaned_data["site"]]
