"""Registering for a meeting: a name and a contact; the rest helps to choose fairly and is free (Art. 15)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import NoticePage
from notices.opinions.forms import OTHER_PLACE, CleanedLine, CommenterForm, LookupForm
from notices.opinions.models import Capacity, Channel, MeetingRegistration
from notices.opinions.registrations import Registrant

# What is kept is the Chinese word, whatever language the form was read in.
EDUCATION = (
    ("小学及以下", _("小学及以下")),
    ("初中", _("初中")),
    ("高中或中专", _("高中或中专")),
    ("大专", _("大专")),
    ("本科及以上", _("本科及以上")),
)


class RegistrationForm(forms.Form):
    """One person who wants to take part."""

    name = CleanedLine(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请填写姓名，签到时核对。")},
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    contact = CleanedLine(
        label=_("联系方式"),
        max_length=120,
        help_text=_("手机、带区号的固定电话或电子邮箱，填一个即可。用来通知您是否参会。"),
        error_messages={"required": _("请留一个联系方式，用来通知您是否参会。")},
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    village = forms.ChoiceField(
        label=_("您在哪个村（社区）"), required=False, widget=forms.Select(attrs={"class": "control"})
    )
    occupation = CleanedLine(
        label=_("职业"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    education = forms.ChoiceField(
        label=_("受教育水平"),
        required=False,
        choices=[("", _("不填写")), *EDUCATION],
        widget=forms.Select(attrs={"class": "control"}),
    )
    affected = CleanedLine(
        label=_("项目对您有什么影响"),
        required=False,
        max_length=200,
        help_text=_("例如：住在沟口，吃自家井水。"),
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, notice: NoticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(place.village, place.village) for place in notice.places.all()]
        self.fields["village"].choices = [  # type: ignore[attr-defined]
            ("", _("不填写")),
            *names,
            (OTHER_PLACE, _("其他地方")),
        ]

    clean_contact = CommenterForm.clean_contact

    def registrant(self) -> Registrant:
        """Return what is sealed of a valid form."""
        data = self.cleaned_data
        return Registrant(
            name=data["name"],
            contact=data["contact"],
            occupation=data["occupation"],
            education=data["education"],
            affected=data["affected"],
        )


class StaffRegistrationForm(RegistrationForm):
    """Somebody who registered by telephone, letter or visit, or an expert who was asked."""

    capacity = forms.ChoiceField(label=_("身份"), choices=Capacity.choices)
    channel = forms.ChoiceField(
        label=_("方式"),
        choices=[(value, label) for value, label in Channel.choices if value not in ("web", "meeting")],
    )
    form_key = forms.CharField(widget=forms.HiddenInput)
    field_order = ["capacity", "channel", "name", "contact", "village"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("class", None)


class SelectionForm(forms.Form):
    """Who takes part, and by which principle."""

    chosen = forms.ModelMultipleChoiceField(
        label=_("选定的人员"),
        queryset=MeetingRegistration.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一人。")},
    )
    principle = forms.CharField(
        label=_("选取的原则和过程"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("综合考虑地域、职业、受教育水平、受影响程度等因素（第十五条）。会公开，请不要写姓名。"),
    )

    def __init__(self, *args: Any, registrations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.queryset = registrations
        field.label_from_instance = lambda row: " ".join(
            part for part in (row.number, row.get_capacity_display(), row.village) if part
        )


class NamesForm(forms.Form):
    """Why the names are read."""

    only_selected = forms.BooleanField(label=_("只看选定的人员"), required=False, initial=True)
    reason = forms.CharField(label=_("查阅原因"), widget=forms.Textarea(attrs={"rows": 3}))


class RegistrationLookupForm(LookupForm):
    """Number and code of a registration."""

    number = CleanedLine(
        label=_("报名编号"),
        max_length=40,
        error_messages={"required": _("请填报名编号。")},
        widget=forms.TextInput(attrs={"class": "control num", "autocomplete": "off"}),
    )
