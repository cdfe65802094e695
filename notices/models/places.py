"""Rows that belong to the wording of a notice and are frozen with it: places, paper copies, ways to comment."""

from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.models import Orderable

from notices.statutory.facts import Way

WAY_LABELS = {
    Way.ONLINE: _("网上"),
    Way.LETTER: _("信函"),
    Way.EMAIL: _("电子邮件"),
    Way.PHONE: _("电话"),
    Way.FAX: _("传真"),
    Way.VISIT: _("当面"),
}

division_code = RegexValidator(r"^\d{6}$", _("请填六位行政区划代码，例如安泽县 141026。"))


class WordingRow(Orderable):
    """A row that is read back from a revision together with its notice."""

    class Meta(Orderable.Meta):
        abstract = True

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Self | None:
        """Return the row as the revision has it.

        Its only foreign key is the notice that is being read: looking whether that exists, as the framework does for every
        row, loads the whole page each time.
        """
        row: Self | None = model_from_serializable_data(cls, data, check_fks=False)
        return row


class NoticePlace(WordingRow):
    """A village or place near the project, with its distance; those in scope form the public scope of Art. 10 (2)."""

    page = ParentalKey("notices.NoticePage", on_delete=models.CASCADE, related_name="places")
    division_code = models.CharField(_("行政区划代码"), max_length=6, blank=True, validators=[division_code])
    village = models.CharField(_("村（社区）或单位"), max_length=60)
    description = models.CharField(_("位置说明"), max_length=200, blank=True)
    distance_km = models.DecimalField(
        _("距离（千米）"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    in_scope = models.BooleanField(_("在征求意见范围内"), default=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("周边村庄和单位")
        verbose_name_plural = _("周边村庄和单位")

    def __str__(self) -> str:
        return self.village


class PaperPlace(WordingRow):
    """A place where the report can be read on paper (Art. 10 (1))."""

    page = ParentalKey("notices.NoticePage", on_delete=models.CASCADE, related_name="paper_places")
    address = models.CharField(_("地址和房间"), max_length=200)
    hours = models.CharField(_("查阅时间"), max_length=100, blank=True)
    contact = models.CharField(_("联系人和电话"), max_length=100, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("纸质报告书查阅地点")
        verbose_name_plural = _("纸质报告书查阅地点")

    def __str__(self) -> str:
        return self.address


class CommentWay(WordingRow):
    """A way to comment besides the online form, with the address that makes it usable (Art. 10 (4), Art. 13)."""

    page = ParentalKey("notices.NoticePage", on_delete=models.CASCADE, related_name="ways")
    way = models.CharField(
        _("方式"),
        max_length=10,
        choices=[(way.value, WAY_LABELS[way]) for way in Way if way is not Way.ONLINE],
    )
    address = models.CharField(
        _("地址或号码"), max_length=200, blank=True, help_text=_("信函写邮寄地址和邮编；当面写地点和时间。")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("提意见的方式")
        verbose_name_plural = _("提意见的方式")

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.address}"


class SummaryAspect(models.TextChoices):
    """What the one-page summary speaks of."""

    WATER = "water", _("水")
    AIR = "air", _("大气")
    NOISE = "noise", _("噪声")
    WASTE = "waste", _("固体废物")
    ECOLOGY = "ecology", _("生态")
    RISK = "risk", _("环境风险")


class SummaryPoint(WordingRow):
    """One line of the proponent's one-page summary (一页看懂), with a page of the report behind it."""

    page = ParentalKey("notices.NoticePage", on_delete=models.CASCADE, related_name="summary_points")
    aspect = models.CharField(_("方面"), max_length=10, choices=SummaryAspect.choices)
    text = models.TextField(_("说明"), max_length=500)
    report_page = models.PositiveIntegerField(_("报告书页码"), null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("一页看懂")
        verbose_name_plural = _("一页看懂")

    def __str__(self) -> str:
        return f"{self.get_aspect_display()}：{self.text[:20]}"
