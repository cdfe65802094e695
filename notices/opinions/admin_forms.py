"""Forms of the staff: answering, recording on behalf, reading contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from notices.forms import MultipleFileField, MultipleFileInput
from notices.models import NoticePage
from notices.opinions.forms import CleanedLine, CleanedText
from notices.opinions.models import AccessBasis, Channel, CommenterKind, ContactKind, Opinion
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne
from notices.opinions.text import MAX_CHARACTERS, beginning
from notices.statutory.identifiers import PhoneKind, is_valid_email, normalise_email, parse_phone

SHOWN_CHARACTERS = 90


class OpinionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Opinions to tick, each with its number and the beginning of its text."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Return number, text and what has been answered so far."""
        shown = beginning(obj.public_text, SHOWN_CHARACTERS)
        answered = f"（{obj.answer.get_outcome_display()}）" if obj.answer else ""
        return f"{obj.number}{answered} {shown}"


class GroundForm(forms.Form):
    """On what ground and why somebody reads what may say who wrote."""

    basis = forms.ChoiceField(label=_("依据"), choices=AccessBasis.choices, widget=forms.RadioSelect)
    reason = CleanedText(
        label=_("原因"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("连同姓名、时间留存备查。")
    )

    def __init__(self, *args: Any, bases: list[AccessBasis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].choices = [(basis.value, basis.label) for basis in bases]  # type: ignore[attr-defined]
        if len(bases) == 1:
            self.fields["basis"].initial = bases[0].value


class ContactsForm(GroundForm):
    """Why page two of a batch is read."""

    opinions = OpinionsField(
        label=_("查阅哪些意见的联系方式"),
        queryset=Opinion.objects.none(),
        error_messages={"required": _("请至少选择一条意见。")},
    )
    field_order = ["opinions", "basis", "reason"]

    def __init__(self, *args: Any, notice: NoticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opinions = Opinion.objects.filter(notice=notice).select_related("answer").order_by("sequence")
        self.fields["opinions"].queryset = opinions  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    """An opinion that came otherwise than by the online form."""

    channel = forms.ChoiceField(
        label=_("方式"), choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB]
    )
    received_at = forms.DateTimeField(label=_("收到时间"), widget=AdminDateTimeInput)
    postmarked_on = forms.DateField(
        label=_("邮戳日期"),
        required=False,
        widget=AdminDateInput,
        help_text=_("信函填写；邮戳在截止日以前的，算期限内。"),
    )
    text = CleanedText(
        label=_("意见原文"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("照原话录入，不改写、不摘要；姓名、电话写在下面。"),
    )
    scans = MultipleFileField(
        label=_("扫描件"),
        required=False,
        allow_empty_file=True,  # refused below, by name
        help_text=_(
            "信函、传真、邮件请附原件的扫描件或照片，电话、当面、座谈会可附记录。PDF、JPG、PNG、DOCX。"
        ),
        widget=MultipleFileInput(attrs={"accept": ".pdf,.docx,image/*"}),
    )
    village = CleanedLine(label=_("村（社区）"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("身份"), choices=CommenterKind.choices, initial=CommenterKind.PERSON)
    name = CleanedLine(label=_("姓名或单位名称"), required=False, max_length=100)
    contact = CleanedLine(
        label=_("联系方式"), required=False, max_length=120, help_text=_("没有留的，空着也要登记。")
    )
    address = CleanedLine(label=_("地址"), required=False, max_length=200)
    publish_personal = forms.BooleanField(
        label=_("同意公开个人信息"), required=False, help_text=_("意见表上写明同意的才勾选。")
    )
    show_text = forms.BooleanField(
        label=_("同意隐去身份后公开意见内容"),
        required=False,
        help_text=_("本人明确同意的才勾选；要勾选，须录入姓名、联系方式或地址。"),
    )
    form_key = forms.CharField(widget=forms.HiddenInput)

    def clean_received_at(self) -> Any:
        """Refuse a time that has not come."""
        value = self.cleaned_data["received_at"]
        if value > timezone.now():
            raise forms.ValidationError(_("收到时间不能晚于现在。"))
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse consents of nobody: they stand on page two."""
        data: dict[str, Any] = super().clean() or {}
        given = data.get("publish_personal") or data.get("show_text")
        if given and not (data.get("contact") or data.get("name") or data.get("address")):
            self.add_error("name", _("勾选了同意公开，请录入是谁同意的：姓名、联系方式或地址。"))
        return data

    def page_one(self, notice: NoticePage) -> PageOne:
        """Return page one of a valid form."""
        village = self.cleaned_data["village"]
        scope = {place.village: place.in_scope for place in notice.places.all()}
        return PageOne(
            text=self.cleaned_data["text"],
            village=village,
            in_scope=scope.get(village) if village else None,
            channel=Channel(self.cleaned_data["channel"]),
            postmarked_on=self.cleaned_data["postmarked_on"],
        )

    def page_two(self) -> PageTwo | None:
        """Return page two of a valid form, None when nothing of it was given."""
        data = self.cleaned_data
        if not (data["contact"] or data["name"] or data["address"]):
            return None
        kind, contact = paper_contact(data["contact"], data["address"])
        return PageTwo(
            kind=CommenterKind(data["kind"]),
            contact_kind=kind,
            contact=contact,
            name=data["name"],
            address=data["address"],
            publish_personal=data["publish_personal"],
            show_text=data["show_text"],
        )


def paper_contact(typed: str, address: str) -> tuple[ContactKind, str]:
    """Return kind and form of a contact written on paper; what is no number or e-mail counts as a postal address."""
    phone = parse_phone(typed)
    if phone is not None and phone.is_personal_contact:
        mobile = phone.kind is PhoneKind.MOBILE
        return (ContactKind.MOBILE if mobile else ContactKind.LANDLINE), phone.number
    if is_valid_email(typed):
        return ContactKind.EMAIL, normalise_email(typed)
    if typed or address:
        return ContactKind.POSTAL, typed or address
    return ContactKind.NONE, ""
