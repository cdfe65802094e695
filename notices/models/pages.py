"""Page types of the notice tree; what the law looks at beside the wording stands in NoticeRecord."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from notices import guards, locks, permissions, public_lists, public_pages
from notices.company_codes import validate_company_code
from notices.editing import NoticePageForm, notice_edit_handler, proponent_panels
from notices.models.attachments import AttachmentQuerySet
from notices.row_order import number_new_rows
from notices.statutory.facts import NoticeKind

KIND_LABELS = {
    NoticeKind.FIRST_ROUND: _("首次公开"),
    NoticeKind.DRAFT_REPORT: _("征求意见稿公示"),
    NoticeKind.PRE_APPROVAL: _("报批前公开"),
}
NATURES = [(nature, nature) for nature in ("新建", "改建", "扩建", "技改", "迁建")]


class NoticeIndexPage(Page):
    """The root of all notices: the public list."""

    template = "notices/notice_index_page.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["notices.ProponentPage"]

    class Meta:
        verbose_name = _("公示列表")

    def permissions_for_user(self, user: Any) -> permissions.TreePermissionTester:
        """Keep the tree above published notices in place."""
        return permissions.TreePermissionTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the filtered list."""
        return public_lists.serve_index(self, request)


class ProponentPage(Page):
    """One 建设单位; its group may add and edit below it, never publish."""

    template = "notices/proponent_page.html"
    parent_page_types: ClassVar[list[str]] = ["notices.NoticeIndexPage"]
    subpage_types: ClassVar[list[str]] = ["notices.NoticePage"]

    uscc = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, validators=[validate_company_code]
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    responsible = models.CharField(
        _("主要负责人职务"), max_length=60, blank=True, help_text=_("例如“总经理”。只写职务，不写姓名。")
    )
    group = models.OneToOneField(
        Group,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proponent",
        verbose_name=_("账号组"),
    )
    demo = models.BooleanField(_("演示"), default=False)

    content_panels = proponent_panels()
    promote_panels: ClassVar[list[Any]] = []
    settings_panels: ClassVar[list[Any]] = []
    search_fields = [*Page.search_fields, index.SearchField("uscc"), index.AutocompleteField("uscc")]

    class Meta:
        verbose_name = _("建设单位")
        verbose_name_plural = _("建设单位")

    def permissions_for_user(self, user: Any) -> permissions.ProponentPermissionTester:
        """Keep the tree in place; nothing below is published by hand."""
        return permissions.ProponentPermissionTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the proponent's public notices."""
        return public_pages.serve_proponent(self, request)


class NoticePage(Page):
    """A notice: a self-contained legal document; all that it says is on it and in its revisions."""

    base_form_class = NoticePageForm
    template = "notices/notice_page.html"
    parent_page_types: ClassVar[list[str]] = ["notices.ProponentPage"]
    subpage_types: ClassVar[list[str]] = []

    kind = models.CharField(
        _("公示类别"),
        max_length=12,
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
        default=NoticeKind.DRAFT_REPORT.value,
    )
    project = models.ForeignKey(
        "notices.Project",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("项目"),
    )
    project_name = models.CharField(_("项目名称"), max_length=200)
    project_code = models.CharField(_("项目代码"), max_length=30, blank=True)
    division_code = models.CharField(
        _("所在县（市、区）代码"),
        max_length=6,
        blank=True,
        help_text=_("六位行政区划代码，例如安泽县 141026。"),
    )
    location = models.CharField(_("建设地点"), max_length=300, blank=True)
    nature = models.CharField(_("建设性质"), max_length=10, choices=NATURES, blank=True)
    category = models.CharField(_("环评名录类别"), max_length=200, blank=True)
    content = models.TextField(_("建设内容"), blank=True)
    existing_works = models.TextField(
        _("现有工程及其环境保护情况"), blank=True, help_text=_("改建、扩建、技改、迁建项目填写。")
    )
    investment_wan_yuan = models.DecimalField(
        _("总投资（万元）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    area = models.CharField(_("占地面积"), max_length=60, blank=True)
    filing_authority = models.CharField(_("备案（核准）机关"), max_length=100, blank=True)
    filing_date = models.DateField(_("备案（核准）日期"), null=True, blank=True)

    proponent_name = models.CharField(_("建设单位名称"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    contact_email = models.CharField(_("电子邮箱"), max_length=100, blank=True)
    consultant_name = models.CharField(_("环评编制单位"), max_length=200, blank=True)
    consultant_contact = models.CharField(_("编制单位联系人和电话"), max_length=100, blank=True)
    contracted_on = models.DateField(
        _("确定编制单位的日期"),
        null=True,
        blank=True,
        help_text=_("委托书或合同的日期；首次公开应在其后 7 个工作日内。"),
    )

    public_scope = models.TextField(
        _("征求意见的公众范围"),
        blank=True,
        help_text=_("列出评价范围内的村（社区）和单位。范围以外的公众也可以提意见，页面会自动注明。"),
    )
    planned_date = models.DateField(
        _("计划公开日期"),
        null=True,
        blank=True,
        help_text=_("须与报纸刊登、现场张贴同步。核对通过后即固定。"),
    )
    requested_last_day = models.DateField(
        _("截止日期"),
        null=True,
        blank=True,
        help_text=_("不填即为法定最短期限的最后一天；可以更晚，不能更早。"),
    )
    accepts_late = models.BooleanField(_("截止后至报批前仍接收意见（注明逾期）"), default=False)
    statement_count = models.PositiveIntegerField(
        _("公众参与说明中写明的意见数量"),
        null=True,
        blank=True,
        help_text=_("报批前公开时填写，须与平台登记的意见数量一致；没有收到意见填 0。"),
    )
    art31_simplified = models.BooleanField(_("适用第三十一条简化"), default=False)
    art31_park = models.CharField(_("产业园区名称"), max_length=100, blank=True)
    art31_review = models.CharField(_("规划环评审查意见文号"), max_length=100, blank=True)
    art31_statement = models.TextField(_("符合规划环评的说明"), blank=True)
    qualifying_platform_url = models.URLField(
        _("法定网络平台网址"),
        blank=True,
        help_text=_("本平台不属于第九条所列三类网络平台时，填写刊登本公示的法定平台页面。"),
    )
    signature_unit = models.CharField(_("落款单位"), max_length=200, blank=True)
    signature_date = models.DateField(_("落款日期"), null=True, blank=True)

    edit_handler = notice_edit_handler()
    search_fields = [
        *Page.search_fields,
        index.AutocompleteField("title"),
        index.SearchField("project_name", boost=3),
        index.SearchField("project_code", boost=2),
        index.AutocompleteField("project_code"),
        index.SearchField("proponent_name", boost=2),
        index.AutocompleteField("proponent_name"),
        index.SearchField("consultant_name"),
        index.SearchField("location"),
        index.AutocompleteField("location"),
        index.SearchField("content"),
        index.SearchField("existing_works"),
        index.SearchField("public_scope"),
        index.SearchField("filing_authority"),
        index.RelatedFields("places", [index.SearchField("village"), index.SearchField("description")]),
        index.SearchField("notice_code", boost=5),
        index.AutocompleteField("notice_code"),
        index.FilterField("kind"),
        index.FilterField("division_code"),
    ]

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")

    # Set on the wording of a correction in progress, whose files belong to the version to come.
    files_version: int | None = None

    def files(self) -> AttachmentQuerySet:
        """Return the files that go with this wording; those of the version in force unless it is a correction's."""
        return self.attachments.in_version(self.files_version or max(self.record.version, 1))

    @classmethod
    def get_indexed_objects(cls) -> Any:
        """Return all notices with their codes: indexing many of them asks once, not once for each."""
        return super().get_indexed_objects().select_related("record")

    @property
    def notice_code(self) -> str:
        """Return the permanent six-digit code, empty before the first save."""
        record = getattr(self, "record", None)
        return record.code if record else ""

    def _set_core_field_defaults(self) -> None:
        """Fill title, slug and the order of rows before any validation; Wagtail calls this on every path to a save."""
        guards.fill_derived_fields(self)
        number_new_rows(self)
        super()._set_core_field_defaults()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a draft; refuse for anything that was approved or published."""
        guards.refuse_removal(self)
        return super().delete(*args, **kwargs)

    def publish(self, revision: Any, **kwargs: Any) -> Any:
        """Publish through Wagtail only what the publication service has let through."""
        guards.refuse_direct_publication(self, revision)
        return super().publish(revision, **kwargs)

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: a published notice is withdrawn with a public reason, never taken down."""
        guards.refuse_removal(self)
        return super().unpublish(*args, **kwargs)

    def move(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse to move a notice that has left the draft stage."""
        guards.refuse_removal(self)
        return super().move(*args, **kwargs)

    def create_alias(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: a notice has one address."""
        guards.refuse_alias(self)

    def get_lock(self) -> Any:
        """Lock the wording once it is approved; nobody edits what was checked."""
        return locks.record_lock(self) or super().get_lock()

    def permissions_for_user(self, user: Any) -> permissions.NoticePermissionTester:
        """Return Wagtail's tester with the limits of the notice's stage."""
        return permissions.NoticePermissionTester(user, self)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return the short permanent address /n/CODE/ in place of the tree path."""
        return public_pages.short_url_parts(self, super().get_url_parts(request))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the notice at its short address."""
        return public_pages.serve_notice(self, request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the draft as it will look."""
        return public_pages.render_notice(self, request, preview=True)
