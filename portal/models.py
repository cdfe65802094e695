"""Pages and site settings of the portal itself."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Page

from notices.models import NoticeRecord
from notices.public_lists import county_links, listed_records
from notices.querysets import CLOSING_SOON
from notices.selectors import notice_rows

OPEN_ROWS = 10
HELP_SLUG = "help"


def closes_by(record: NoticeRecord, day: date) -> bool:
    """Whether the window ends on or before a day."""
    return record.last_day is not None and record.last_day <= day


class HomePage(Page):
    """The front of the notice board: the code box, what closes soon and what is open, by county."""

    template = "portal/home_page.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["notices.NoticeIndexPage", "portal.InfoPage"]

    class Meta:
        verbose_name = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the open notices, the soonest to close first, and the latest closed ones."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        today = timezone.localdate(now)
        public = listed_records().for_lists()
        rows = notice_rows(public.open_on(today).soonest_first()[: OPEN_ROWS + 1], now=now)
        context["more_open"] = len(rows) > OPEN_ROWS
        soon = today + CLOSING_SOON
        context["closing_rows"] = [row for row in rows[:OPEN_ROWS] if closes_by(row.record, soon)]
        context["open_rows"] = [row for row in rows[:OPEN_ROWS] if not closes_by(row.record, soon)]
        context["counties"] = county_links(today)
        context["closed_rows"] = notice_rows(public.closed_on(today).newest_first()[:5], now=now)
        return context


class InfoPage(Page):
    """A page of plain text: help, about."""

    template = "portal/info_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage", "portal.InfoPage"]

    body = RichTextField(_("正文"), blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("说明页")
        verbose_name_plural = _("说明页")

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """Return the portal's own help for the page of that name; what the operator adds stands under it."""
        return "portal/help.html" if self.slug == HELP_SLUG else self.template


class PlatformKind(models.TextChoices):
    """The three kinds of network platform of Art. 9, or none of them."""

    PROPONENT = "proponent", _("建设单位网站")
    MEDIA = "media", _("建设项目所在地公共媒体网站")
    GOVERNMENT = "government", _("建设项目所在地相关政府网站")
    NONE = "none", _("不属于以上三类（补充渠道）")


@register_setting(icon="site")
class PortalSettings(BaseSiteSetting):
    """Who runs this installation, what it is in the sense of Art. 9, and the numbers of the footer."""

    platform_kind = models.CharField(
        _("网络平台类别（第九条）"), max_length=12, choices=PlatformKind.choices, default=PlatformKind.NONE
    )
    operator_name = models.CharField(_("主办单位"), max_length=100, blank=True)
    undertaker_name = models.CharField(_("承办单位"), max_length=100, blank=True)
    operator_contact = models.CharField(
        _("联系电话"), max_length=100, blank=True, help_text=_("可以加上电子邮箱。印在页脚和帮助页。")
    )
    operator_address = models.CharField(_("地址"), max_length=100, blank=True)
    operator_postcode = models.CharField(
        _("邮编"), max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$", _("邮编是六位数字。"))]
    )
    icp_number = models.CharField(
        _("ICP备案号"), max_length=60, blank=True, help_text=_("例如：晋ICP备12345678号-1")
    )
    police_number = models.CharField(
        _("公安机关备案号"), max_length=60, blank=True, help_text=_("例如：晋公网安备14102602000001号")
    )
    site_code = models.CharField(
        _("网站标识码"), max_length=20, blank=True, help_text=_("政府网站填写十位数字，其他网站不填。")
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("platform_kind"),
        MultiFieldPanel(
            [
                FieldPanel("operator_name"),
                FieldPanel("undertaker_name"),
                FieldPanel("operator_contact"),
                FieldPanel("operator_address"),
                FieldPanel("operator_postcode"),
            ],
            heading=_("主办单位"),
        ),
        FieldRowPanel(
            [FieldPanel("icp_number"), FieldPanel("police_number"), FieldPanel("site_code")],
            heading=_("备案号"),
        ),
    ]

    class Meta:
        verbose_name = _("平台设置")

    @property
    def police_digits(self) -> str:
        """Return the digits by which the register of the police finds the site; empty when there are none."""
        return "".join(character for character in self.police_number if character.isdigit())

    def missing_by_law(self) -> list[str]:
        """Return the names of the empty fields that a public installation must show at its foot.

        互联网信息服务管理办法 12 (ICP number), 计算机信息网络国际联网安全保护管理办法 12 (police number); for a government site also
        政府网站发展指引 (who runs it, how to reach them, its code).
        """
        wanted = ["operator_name", "operator_contact", "icp_number", "police_number"]
        if self.platform_kind == PlatformKind.GOVERNMENT:
            wanted.append("site_code")
        return [str(self._meta.get_field(name).verbose_name) for name in wanted if not getattr(self, name)]


def default_settings() -> PortalSettings:
    """Return the settings of the installation's site, empty ones while nobody has saved any."""
    return PortalSettings.objects.filter(site__is_default_site=True).first() or PortalSettings()
