"""Forms of the answering desk: what the worklist is limited to, and the acts on opinions that were ticked there."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from notices.models import NoticePage
from notices.opinions.feedback import FeedbackState
from notices.opinions.forms import CleanedLine, CleanedText
from notices.opinions.models import Channel, FeedbackResult, FeedbackWay, Opinion, Outcome, Topic
from notices.opinions.text import personal_hints
from notices.opinions.worklist import UNMARKED, Wanted, topic_counts, villages_of
from notices.statutory.elsewhere import ELSEWHERE

ALL = "all"


class WorklistForm(forms.Form):
    """What the worklist is limited to; without anything chosen it shows what is still unanswered."""

    state = forms.ChoiceField(
        label=gettext_lazy("处理"),
        required=False,
        choices=[
            (FeedbackState.UNANSWERED.value, gettext_lazy("尚未答复")),
            ("answered", gettext_lazy("已答复")),
            (FeedbackState.DUE.value, gettext_lazy("待反馈（未采纳，必须）")),
            (FeedbackState.OPEN.value, gettext_lazy("已采纳等，可以反馈")),
            ("told", gettext_lazy("反馈完毕")),
            (ALL, gettext_lazy("全部")),
        ],
    )
    topic = forms.ChoiceField(label=gettext_lazy("主题"), required=False)
    village = forms.ChoiceField(label=gettext_lazy("村（社区）"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("方式"), required=False, choices=[("", gettext_lazy("全部")), *Channel.choices]
    )
    q = forms.CharField(label=gettext_lazy("编号或文字"), required=False, max_length=60)

    def __init__(self, *args: Any, notice: NoticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topic_counts(notice)
        topics = [(value, f"{label} {count}") for value, label, count in self.topics if value != UNMARKED]
        rest = [(value, f"{label} {count}") for value, label, count in self.topics if value == UNMARKED]
        self.fields["topic"].choices = [("", _("全部")), *topics, *rest]  # type: ignore[attr-defined]
        villages = [(village, village) for village in villages_of(notice)]
        self.fields["village"].choices = [("", _("全部")), *villages]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return the limits of a checked form; what cannot be chosen limits nothing."""
        data = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        state = data.pop("state") or FeedbackState.UNANSWERED.value
        return Wanted(state="" if state == ALL else state, **data)


class PickedInput(forms.HiddenInput):
    """One hidden value with the primary keys of all opinions ticked, however many: a field each would be refused."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Join the ticked values, each of which may stand for a whole group."""
        values = data.getlist(name) if hasattr(data, "getlist") else [str(data.get(name, ""))]
        return ",".join(value for value in values if value)


class PickedField(forms.Field):
    """Opinions of one notice, given as primary keys with commas between."""

    widget = PickedInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": gettext_lazy("请先勾选意见。")}, **kwargs)
        self.opinions = Opinion.objects.none()

    def to_python(self, value: Any) -> list[Opinion]:
        """Return the opinions in the register's order; one of another notice is refused."""
        keys = {int(part) for part in str(value or "").split(",") if part.strip().isdecimal()}
        found = list(self.opinions.filter(pk__in=keys).order_by("sequence"))
        if len(found) != len(keys):
            raise ValidationError(_("勾选的意见不属于这份公示，请回到工作台重新勾选。"))
        return found


class PickedForm(forms.Form):
    """A form about opinions that were ticked in the worklist."""

    opinions = PickedField()

    def __init__(self, *args: Any, notice: NoticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picked = self.fields["opinions"]
        picked.opinions = Opinion.objects.filter(notice=notice).select_related("answer")  # type: ignore[attr-defined]

    def picked(self) -> list[Opinion]:
        """Return the opinions that the form is about, none when they cannot be read."""
        field = self.fields["opinions"]
        try:
            opinions: list[Opinion] = field.clean(self["opinions"].value())
        except ValidationError:
            return []
        return opinions

    def _type_again(self, name: str, value: str) -> None:
        """Have a hidden field shown with another value than was sent."""
        typed_again = cast(QueryDict, self.data).copy()
        typed_again[name] = value
        self.data = typed_again


class AnswerForm(PickedForm):
    """One answer for all that were ticked; those who share an answer already get it to improve."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("处理结果"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    report_reference = CleanedLine(
        label=gettext_lazy("在报告书中的位置"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("采纳、部分采纳的必填，写章节或页码，例如“5.2.3 地下水监测，第 86 页”。"),
    )
    reason = CleanedText(
        label=gettext_lazy("说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "未采纳、部分采纳写理由，无具体意见写为什么。说明会给提意见的人看，也会张贴，请不要写姓名、电话。"
        ),
    )
    elsewhere = forms.MultipleChoiceField(
        label=gettext_lazy("可以向哪里反映"),
        required=False,
        choices=[(row.key, row.subject) for row in ELSEWHERE],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只用于“非环评事项”（第三十条）：勾选的去处写在说明后面。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            return
        picked = self.picked()
        self.initial["seen"] = answers_seen(picked)
        answers = {opinion.answer for opinion in picked}
        answer = answers.pop() if len(answers) == 1 else None
        if answer is not None:
            self.initial.update(
                outcome=answer.outcome, report_reference=answer.report_reference, reason=answer.reason
            )

    def clean(self) -> dict[str, Any]:
        """Write the places to turn to into the reason, and stop once when somebody else answered meanwhile."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == Outcome.OUT_OF_SCOPE:
            chosen = [row.sentence for row in ELSEWHERE if row.key in (data.get("elsewhere") or ())]
            typed = data.get("reason", "")
            data["full_reason"] = "\n".join(
                [*([typed] if typed else []), *(text for text in chosen if text not in typed)]
            )
        else:
            data["full_reason"] = data.get("reason", "")
        now = answers_seen(data.get("opinions", ()))
        if data.get("seen") and data["seen"] != now:
            self._type_again("seen", now)
            raise ValidationError(_("刚刚有人答复过其中的意见。请核对上面的情况，确实要取代的，再提交一次。"))
        return data


def answers_seen(opinions: Sequence[Opinion]) -> str:
    """Return a short digest of which answer each opinion has."""
    return _digest(",".join(f"{opinion.pk}:{opinion.answer_id or ''}" for opinion in opinions))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


class TopicsForm(PickedForm):
    """Topics for all that were ticked."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("主题"), required=False, choices=Topic.choices, widget=forms.CheckboxSelectMultiple
    )
    add = forms.ChoiceField(
        label=gettext_lazy("原有的主题"),
        choices=[("add", gettext_lazy("保留，再加上这些")), ("set", gettext_lazy("改为这些"))],
        initial="add",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picked = [] if self.is_bound else self.picked()
        if len(picked) == 1:
            self.initial.update(topics=[mark.topic for mark in picked[0].topics.all()], add="set")


class FeedbackForm(PickedForm):
    """One attempt to tell all that were ticked their answer."""

    way = forms.ChoiceField(label=gettext_lazy("方式"), choices=FeedbackWay.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=FeedbackResult.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("在不同的两天都没有联系上，才算无法联系。村务公开栏张贴不代替向本人反馈。"),
    )
    tried_on = forms.DateField(label=gettext_lazy("日期"), widget=AdminDateInput)
    note = CleanedText(
        label=gettext_lazy("备注"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("只供内部查看，不写入台账，到期和联系方式一起删除。请不要写姓名、电话。"),
    )
    note_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tried_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """Point out personal data in the note, and stop once for it."""
        data: dict[str, Any] = super().clean() or {}
        note = data.get("note", "")
        hints, digest = personal_hints(note), _digest(note)
        if hints and data.get("note_seen") != digest:
            self._type_again("note_seen", digest)
            found = "、".join(f"{hint.label} {hint.found}" for hint in hints)
            message = _("备注里有%(found)s，请删去。确实不是个人信息的，再提交一次。")
            self.add_error("note", message % {"found": found})
        return data


class CallListForm(PickedForm):
    """Why the contacts of those ticked are read; the ground is the feedback."""

    reason = CleanedLine(
        label=gettext_lazy("原因"),
        max_length=200,
        initial=gettext_lazy("电话反馈意见处理情况"),
        help_text=gettext_lazy("连同姓名、时间留存备查。"),
    )
