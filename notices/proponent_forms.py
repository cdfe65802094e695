"""Forms of the 建设单位's entry: the first form, accounts, agreement, authorisation, stamped scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from notices.company_codes import validate_company_code
from notices.evidence_services import PreparedFile, prepare_file
from notices.models import Consultant, ProponentPage
from notices.onboarding import NewAccount, same_proponent
from notices.statutory.identifiers import normalise_uscc

_SCAN_TYPES = ".pdf,.jpg,.jpeg,.png"


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=40, required=False, validators=[validate_company_code], help_text=help_text
    )


def _scan_field(help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=gettext_lazy("扫描件"),
        help_text=help_text,
        widget=forms.ClearableFileInput(attrs={"accept": _SCAN_TYPES}),
    )


class _WithScan(forms.Form):
    """A form with a scan, refused beside its field when it is no PDF or picture."""

    def clean_scan(self) -> PreparedFile:
        """Check and store the file."""
        return prepare_file(self.cleaned_data["scan"])


class _AccountFields(forms.Form):
    """Who holds a new account."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=150,
        validators=[get_user_model().username_validator],
        help_text=gettext_lazy("登录时输入。可以用汉字、字母、数字和 @ . + - _。"),
    )
    person = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        required=False,
        help_text=gettext_lazy("可不填。填写后邀请链接同时发到这里；不填则打印邀请单交给本人。"),
    )

    def clean_username(self) -> str:
        """Refuse a name that somebody has."""
        username: str = self.cleaned_data["username"]
        if get_user_model().objects.filter(username__iexact=username).exists():
            raise ValidationError(_("这个用户名已有人使用，请换一个。"))
        return username

    def new_account(self) -> NewAccount:
        """Return the account that was typed."""
        data = self.cleaned_data
        return NewAccount(username=data["username"], name=data["person"], email=data["email"])


class ProponentForm(_AccountFields):
    """A new 建设单位 with its first account."""

    name = forms.CharField(
        label=gettext_lazy("单位名称"), max_length=200, help_text=gettext_lazy("与营业执照一致。")
    )
    uscc = _code_field(
        gettext_lazy("统一社会信用代码"), gettext_lazy("18 位，见营业执照。暂不知道可以不填，以后补上。")
    )
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)
    responsible = forms.CharField(
        label=gettext_lazy("主要负责人职务"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如“总经理”。只写职务，不写姓名。"),
    )
    field_order = ["name", "uscc", "address", "responsible", "username", "person", "email"]

    def clean(self) -> dict[str, Any]:
        """Lead to the 建设单位 that is there already."""
        cleaned: dict[str, Any] = super().clean() or {}
        code = normalise_uscc(cleaned.get("uscc") or "")
        known = same_proponent(cleaned.get("name") or "", code)
        if known is not None:
            field = "name" if known.title == (cleaned.get("name") or "").strip() else "uscc"
            self.add_error(field, _already_there(known))
        return cleaned


def _already_there(proponent: ProponentPage) -> Any:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("平台上已有这个建设单位，请直接打开，在那里建立账号："),
        reverse("proponents:inspect", args=[proponent.pk]),
        proponent.title,
    )


class AccountForm(_AccountFields):
    """A further account: the 建设单位's own staff, or a named delegate of its consultant."""

    OWN, DELEGATE = "own", "delegate"

    capacity = forms.ChoiceField(
        label=gettext_lazy("身份"),
        choices=[(OWN, gettext_lazy("建设单位本单位人员")), (DELEGATE, gettext_lazy("受托编制单位的人员"))],
        widget=forms.RadioSelect,
        initial=OWN,
    )
    consultant = forms.CharField(
        label=gettext_lazy("编制单位名称"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("受托编制单位的人员填写。日志和台账以这个名称记录。"),
    )
    consultant_uscc = _code_field(gettext_lazy("编制单位统一社会信用代码"), gettext_lazy("可不填。"))
    field_order = ["username", "person", "email", "capacity", "consultant", "consultant_uscc"]

    def clean(self) -> dict[str, Any]:
        """Ask for the organisation of a delegate."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("capacity") == self.DELEGATE and not (cleaned.get("consultant") or "").strip():
            self.add_error("consultant", _("请填写编制单位名称。"))
        return cleaned

    def new_account(self) -> NewAccount:
        """Return the account that was typed."""
        data, account = self.cleaned_data, super().new_account()
        if data["capacity"] == self.OWN:
            return account
        return NewAccount(
            username=account.username,
            name=account.name,
            email=account.email,
            consultant=data["consultant"].strip(),
            consultant_uscc=data["consultant_uscc"],
        )


class AgreementForm(_WithScan):
    """The signed agreement of 个人信息保护法 Art. 21."""

    signed_on = forms.DateField(label=gettext_lazy("签订日期"), widget=AdminDateInput())
    scan = _scan_field(gettext_lazy("双方签字盖章后的全文，PDF、JPG 或 PNG。"))


class AuthorisationForm(_WithScan):
    """A 建设单位's authorisation of its consultant."""

    consultant = forms.ModelChoiceField(
        label=gettext_lazy("受托编制单位"), queryset=Consultant.objects.none(), empty_label=None
    )
    scope = forms.CharField(
        label=gettext_lazy("授权事项"),
        max_length=200,
        help_text=gettext_lazy("照授权书填写，例如：起草并提交公示、登记公众意见、拟写答复。"),
    )
    valid_from = forms.DateField(label=gettext_lazy("有效期自"), widget=AdminDateInput())
    valid_until = forms.DateField(label=gettext_lazy("有效期至"), widget=AdminDateInput())
    scan = _scan_field(gettext_lazy("建设单位盖章的授权书，PDF、JPG 或 PNG。"))

    def __init__(self, *args: Any, proponent: ProponentPage, **kwargs: Any) -> None:
        """Offer the consultants of this 建设单位."""
        super().__init__(*args, **kwargs)
        self.fields["consultant"].queryset = Consultant.objects.filter(proponent=proponent)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before its beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("有效期的终止日不能早于起始日。"))
        return cleaned


class ConfirmationForm(forms.Form):
    """The press of a button, bound to the wording that was shown."""

    digest = forms.CharField(widget=forms.HiddenInput)


class ConfirmationScanForm(_WithScan, ConfirmationForm):
    """The stamped scan, bound to the wording that was shown."""

    scan = _scan_field(gettext_lazy("建设单位盖章的公开确认书，PDF、JPG 或 PNG。"))
