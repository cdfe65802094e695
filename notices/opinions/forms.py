"""The official form in two pages; only the opinion and one contact are compulsory (Art. 13)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from notices.models import NoticePage
from notices.opinions.models import CommenterKind, ContactKind
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne
from notices.opinions.text import MAX_CHARACTERS, clean_line, clean_text
from notices.statutory.identifiers import (
    PhoneKind,
    is_valid_email,
    is_valid_resident_id,
    is_valid_uscc,
    normalise_email,
    normalise_uscc,
    parse_phone,
)

# Not translated: it is stored as the village and counted in exports, whatever language the form was read in.
OTHER_PLACE = "其他地方"


class CleanedText(forms.CharField):
    """Several lines of text without control characters; its length is counted after cleaning."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Clean before any validator sees the text."""
        return clean_text(super().to_python(value) or "")


class CleanedLine(forms.CharField):
    """One line of text, cleaned."""

    def to_python(self, value: Any) -> str:
        """Clean before any validator sees the text."""
        return clean_line(super().to_python(value) or "")


def _line(label: Any, *, max_length: int, help_text: Any = "", **attrs: str) -> CleanedLine:
    # Off: page two must not stay in the browser of a shared phone.
    widget = forms.TextInput(attrs={"class": "control", "autocomplete": "off", **attrs})
    return CleanedLine(label=label, required=False, max_length=max_length, help_text=help_text, widget=widget)


class OpinionForm(forms.Form):
    """Page one: the opinion."""

    text = CleanedText(
        label=_("与本项目环境影响和环境保护措施有关的建议和意见"),
        help_text=_("请不要在这里写姓名、电话等个人信息，下一步另有填写的地方。请勿涉及国家秘密、商业秘密。"),
        error_messages={"required": _("请写下您的意见。")},
        widget=forms.Textarea(
            attrs={"class": "control", "rows": 9, "autocomplete": "off", "data-draft-field": True}
        ),
        validators=[
            MaxLengthValidator(
                MAX_CHARACTERS, _("意见最多 %(limit_value)d 字，现有 %(show_value)d 字，请删减或分两次提交。")
            )
        ],
    )
    village = forms.ChoiceField(
        label=_("您在哪个村（社区）"),
        required=False,
        help_text=_("只用来统计意见来自哪里。住在别处同样可以提意见。"),
        widget=forms.Select(attrs={"class": "control", "data-draft-field": True}),
        error_messages={"invalid_choice": _("请从列表中选择，或者选“不填写”。")},
    )

    def __init__(self, *args: Any, notice: NoticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_scope = {place.village: place.in_scope for place in notice.places.all()}
        field = self.fields["village"]
        if self.in_scope:
            names = [(village, village) for village in self.in_scope]
            field.choices = [("", _("不填写")), *names, (OTHER_PLACE, _("其他地方"))]  # type: ignore[attr-defined]
        else:
            del self.fields["village"]

    def page_one(self, *, filled_by_helper: bool) -> PageOne:
        """Return page one of a valid form."""
        village = self.cleaned_data.get("village", "")
        in_scope = self.in_scope.get(village, False) if village else None
        return PageOne(
            text=self.cleaned_data["text"],
            village=village,
            in_scope=in_scope,
            filled_by_helper=filled_by_helper,
        )


class CommenterForm(forms.Form):
    """Page two: one contact is compulsory, everything else is free."""

    contact = CleanedLine(
        label=_("联系方式"),
        max_length=120,
        help_text=_(
            "手机、带区号的固定电话或电子邮箱，填一个即可。可以填家人的。建设单位用它向您反馈意见是否采纳。"
        ),
        error_messages={"required": _("请留一个联系方式：手机、带区号的固定电话或电子邮箱。")},
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("以什么身份提意见"),
        choices=CommenterKind.choices,
        initial=CommenterKind.PERSON,
        required=False,
        widget=forms.RadioSelect,
    )
    name = _line(_("姓名或单位名称"), max_length=100, help_text=_("代表单位提意见的，填单位名称。"))
    address = _line(_("经常居住地址或单位地址"), max_length=200)
    id_number = _line(_("身份证号"), max_length=30)
    id_number_consent = forms.BooleanField(
        label=_("同意建设单位为核实本意见处理我的身份证号"), required=False
    )
    uscc = _line(_("统一社会信用代码或工商注册号"), max_length=30)
    withheld = _line(
        _("不能公开的单位信息及法律依据"),
        max_length=300,
        help_text=_("单位信息原则上可以公开。有不能公开的，请写明是哪些、依据什么规定。"),
    )
    publish_personal = forms.BooleanField(
        label=_("同意公开我的个人信息"), required=False, help_text=_("不勾选即为不同意。")
    )
    show_text = forms.BooleanField(
        label=_("同意隐去身份后公开意见内容"), required=False, help_text=_("不勾选即为不同意。")
    )
    filled_by_helper = forms.BooleanField(label=_("我是替别人填写的"), required=False)
    helper = _line(_("代填人姓名"), max_length=100, help_text=_("替别人填写时可以留下姓名，也可以不填。"))

    def __init__(self, *args: Any, takes_over: bool = False, **kwargs: Any) -> None:
        """``takes_over``: a supplement, for which the first opinion's contact is used where none is typed."""
        super().__init__(*args, **kwargs)
        self.contact_kind = ContactKind.NONE
        if takes_over:
            contact = self.fields["contact"]
            contact.required = False
            contact.help_text = _("不填就沿用上次留的联系方式和姓名、地址。要换的，填新的。")

    def clean_contact(self) -> str:
        """Bring the contact to one form and tell its kind."""
        typed: str = self.cleaned_data["contact"]
        if not typed:
            return ""
        phone = parse_phone(typed)
        if phone is not None and phone.is_personal_contact:
            mobile = phone.kind is PhoneKind.MOBILE
            self.contact_kind = ContactKind.MOBILE if mobile else ContactKind.LANDLINE
            return phone.number
        if is_valid_email(typed):
            self.contact_kind = ContactKind.EMAIL
            return normalise_email(typed)
        raise forms.ValidationError(_contact_message(typed))

    def clean_kind(self) -> str:
        """Take a person where nothing was chosen."""
        return self.cleaned_data["kind"] or CommenterKind.PERSON

    def clean_uscc(self) -> str:
        """Check the code where one was typed; old registration numbers have fifteen digits."""
        typed: str = self.cleaned_data["uscc"]
        code = normalise_uscc(typed)
        if not code or is_valid_uscc(code) or (code.isdigit() and len(code) == 15):
            return code
        raise forms.ValidationError(_("代码应为 18 位，校验位不符，请对照营业执照核对；不清楚可以留空。"))

    def clean(self) -> dict[str, Any]:
        """Ask for the consent of its own that an ID number needs (个人信息保护法 第29条); a company code tells a company."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("uscc"):
            cleaned["kind"] = CommenterKind.ORGANISATION
        if cleaned.get("helper"):
            cleaned["filled_by_helper"] = True
        if cleaned.get("id_number") and not cleaned.get("id_number_consent"):
            self.add_error("id_number_consent", _("填写了身份证号，请勾选同意，或者把身份证号清空。"))
        return cleaned

    def doubts(self) -> list[Any]:
        """Return what the writer should look at again but may send as it is."""
        number = self.cleaned_data.get("id_number", "")
        if number and not is_valid_resident_id(number):
            return [_("身份证号的校验位不符，请核对。填写其他证件号码的不必理会。")]
        return []

    def page_two(self) -> PageTwo:
        """Return page two of a valid form."""
        data = self.cleaned_data
        return PageTwo(
            kind=CommenterKind(data["kind"]),
            contact_kind=self.contact_kind,
            contact=data["contact"],
            name=data["name"],
            address=data["address"],
            id_number=data["id_number"],
            uscc=data["uscc"],
            helper=data["helper"],
            withheld=data["withheld"],
            publish_personal=data["publish_personal"],
            show_text=data["show_text"],
            id_number_consent=data["id_number_consent"],
        )


def _contact_message(typed: str) -> Any:
    if "@" in typed or "＠" in typed:
        return _("邮箱地址不完整，请核对，例如 name@example.com。")
    digits = sum(char.isdigit() for char in typed)
    if typed.lstrip("+").startswith("1") and digits != 11:
        return _("手机号码应为 11 位，现有 %(digits)d 位，请核对。") % {"digits": digits}
    if digits in (7, 8):
        return _("固定电话请加上区号，例如 0357-2345678。")
    return _("请填手机号码、带区号的固定电话（例如 0357-2345678）或电子邮箱。")


class LookupForm(forms.Form):
    """Number and look-up code of a receipt."""

    number = CleanedLine(
        label=_("回执编号"),
        max_length=40,
        help_text=_("在回执最上方，例如 102345-0012-7。"),
        error_messages={"required": _("请填回执编号。")},
        widget=forms.TextInput(attrs={"class": "control num", "autocomplete": "off", "inputmode": "numeric"}),
    )
    code = CleanedLine(
        label=_("查询码"),
        max_length=40,
        help_text=_("十二位数字，空格可以不填。"),
        error_messages={"required": _("请填查询码。")},
        widget=forms.TextInput(attrs={"class": "control num", "autocomplete": "off", "inputmode": "numeric"}),
    )
