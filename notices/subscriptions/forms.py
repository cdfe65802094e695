"""The one field that a subscriber fills in, and what to be told of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import NoticeRecord
from notices.statutory.facts import NoticeKind
from notices.subscriptions.models import Topic

TRAP = "website"  # a field that people do not see


class SubscribeForm(forms.Form):
    """The address."""

    email = forms.EmailField(
        label=_("邮箱"),
        max_length=254,
        help_text=_("例如 name@example.com"),
        widget=forms.EmailInput(attrs={"class": "control", "autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("请填写邮箱。"),
            "invalid": _("邮箱写法不对，应当像 name@example.com。"),
        },
    )

    @property
    def topics(self) -> list[str]:
        """Return the topics chosen; a county has none to choose."""
        return list(self.cleaned_data.get("topics", []))


class NoticeSubscribeForm(SubscribeForm):
    """The address, and what of the notice."""

    def __init__(self, *args: Any, record: NoticeRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = topics_of(record)
        self.fields["topics"] = forms.MultipleChoiceField(
            label=_("这些事发邮件告诉我"),
            choices=choices,
            initial=[value for value, _label in choices],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("请至少选一项。")},
        )


def topics_of(record: NoticeRecord) -> list[tuple[str, Any]]:
    """Return what can still happen to a notice."""
    topics = [Topic.CHANGES]
    if record.last_day is not None:
        topics.append(Topic.DEADLINE)
    if record.page.kind != NoticeKind.PRE_APPROVAL:
        topics.append(Topic.ANSWERS)
    return [(topic.value, topic.label) for topic in topics]
