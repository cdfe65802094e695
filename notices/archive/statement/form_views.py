"""The forms of a project's statement: author's parts, rounds held elsewhere, papers, the pre-approval round."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin import messages

from notices.archive.models import ElsewhereRound, Statement, StatementPaper
from notices.archive.statement.forms import ElsewhereForm, PaperForm, PartsForm, PublishForm
from notices.archive.statement.publishing import chosen_statement, prepare_publication
from notices.archive.statement.record import StatementRecord
from notices.archive.statement.views import StatementPage, project_for, statement_url
from notices.archive.statement.writing import file_paper, record_elsewhere, remove_elsewhere, write_parts
from notices.form_errors import show_refusal
from notices.statutory.statement_outline import SOURCE


class StatementFormView(StatementPage, FormView):  # type: ignore[type-arg]
    """A form about the statement of one project."""

    template_name = "archive/admin/statement_form.html"
    submit_label: Any = gettext_lazy("保存")
    submit_active_label: Any = gettext_lazy("正在保存…")

    def get_success_url(self) -> str:
        """Lead back to the statement."""
        return statement_url(self.project)

    def explanation(self) -> str:
        """Return what stands above the form."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the template shows."""
        return super().get_context_data(
            explanation=self.explanation(),
            submit_label=self.submit_label,
            submit_active_label=self.submit_active_label,
            back_url=self.get_success_url(),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Act; a refusal is shown beside its field."""
        try:
            done = self.act(form)
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        if done:
            messages.success(self.request, done)
        return redirect(self.get_success_url())

    def act(self, form: Any) -> str:
        """Do it and return the words of success."""
        raise NotImplementedError


class PartsView(StatementFormView):
    """Write the author's parts."""

    form_class = PartsForm
    page_title = gettext_lazy("撰写说明")
    header_icon = "edit"

    def explanation(self) -> str:
        """Say what is written by hand and what is not."""
        words = _(
            "这里只写需要人论证的内容。日期、网址、照片、数量和意见处理情况按登记自动列入，不用重复。"
            "各项下面是%(source)s的要求。"
        )
        return words % {"source": SOURCE}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Begin with what is there."""
        found = Statement.objects.filter(project=self.project).first()
        return {**super().get_form_kwargs(), "instance": found or Statement(project=self.project)}

    def act(self, form: PartsForm) -> str:
        """Save."""
        changed = write_parts(
            project=self.project, texts=form.cleaned_data, user=self.request.user, now=timezone.now()
        )
        return _("已保存。") if changed else _("内容没有变化。")


class ElsewhereAddView(StatementFormView):
    """Record a round held elsewhere."""

    form_class = ElsewhereForm
    page_title = gettext_lazy("登记平台以外的公开")
    header_icon = "globe"

    def explanation(self) -> str:
        """Say what belongs here."""
        return _("在其他网站、报纸公开过的轮次登记在这里，例如首次公开。收到的意见计入说明的总数。")

    def get_initial(self) -> dict[str, Any]:
        """Begin with the round that is missing."""
        return {"round": self.request.GET.get("round", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the row that is recorded."""
        return {**super().get_form_kwargs(), "instance": ElsewhereRound(project=self.project)}

    def act(self, form: ElsewhereForm) -> str:
        """Record."""
        record_elsewhere(
            row=form.save(commit=False),
            uploads=form.cleaned_data["new_files"],
            user=self.request.user,
            now=timezone.now(),
        )
        return _("已登记。")


class ElsewhereEditView(ElsewhereAddView):
    """Mend a round held elsewhere or add files to it."""

    page_title = gettext_lazy("平台以外的公开")

    def project_key(self) -> int:
        """Find the project by the row."""
        self.row = get_object_or_404(ElsewhereRound, pk=self.kwargs["pk"])
        return self.row.project_id

    def get_initial(self) -> dict[str, Any]:
        """Leave the row as it is."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the row that is mended."""
        return {**super().get_form_kwargs(), "instance": self.row}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show its files, and the way to delete one without files."""
        files = list(self.row.files.all())
        delete_url = "" if files else reverse("statement_elsewhere_remove", args=[self.row.pk])
        return super().get_context_data(papers=files, delete_url=delete_url, **kwargs)


@require_POST
def remove_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a round that was recorded by mistake."""
    row = get_object_or_404(ElsewhereRound.objects.select_related("project__proponent"), pk=pk)
    project = project_for(request.user, row.project_id, write=True)
    try:
        remove_elsewhere(row=row, user=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已删除。"))
    return redirect(statement_url(project))


class PaperView(StatementFormView):
    """File the sealed pledge or the final statement."""

    form_class = PaperForm
    kind = StatementPaper.PLEDGE
    header_icon = "upload"
    page_title = gettext_lazy("上传盖章的诚信承诺")
    submit_label = gettext_lazy("上传")
    submit_active_label = gettext_lazy("正在上传…")
    hint: Any = gettext_lazy("从生成的说明打印第 8 章，盖章后扫描或者拍照上传。PDF、JPG、PNG，不超过 30 MB。")

    def explanation(self) -> str:
        """Say what the paper is."""
        return str(self.hint)

    def act(self, form: PaperForm) -> str:
        """File."""
        file_paper(
            project=self.project,
            kind=self.kind,
            upload=form.cleaned_data["upload"],
            user=self.request.user,
            now=timezone.now(),
        )
        return _("已上传，并记入台账。")


class FinalView(PaperView):
    """File the statement as edited and sealed."""

    kind = StatementPaper.FINAL
    page_title = gettext_lazy("上传定稿")
    hint = gettext_lazy(
        "下载 Word 文件修改、盖章后，上传 PDF。定稿中的数字平台不能核对，请与这里的数量对照；生成的一份一直保留在旁边。"
    )


class PublishView(StatementFormView):
    """Make or fill the draft of the pre-approval round and lead to its editor."""

    form_class = PublishForm
    page_title = gettext_lazy("作为报批前公开发布")
    header_icon = "upload"
    submit_label = gettext_lazy("建立草稿并附上")
    submit_active_label = gettext_lazy("正在建立…")

    def explanation(self) -> str:
        """Say what follows, and what is not ready."""
        text = _(
            "建立报批前公开的草稿，附上公众参与说明和报告书全文，填入意见数量（《办法》第二十条）。然后在编辑页补齐、提交核对，由平台公开。"
        )
        _chosen, waiting = chosen_statement(StatementRecord(self.project))
        return f"{text}{waiting}"

    def get_initial(self) -> dict[str, Any]:
        """Begin with the date of the draft."""
        planned = StatementRecord(self.project).planned
        if planned is None:
            return {}
        return {"planned_on": planned.page.get_latest_revision_as_object().planned_date}

    def act(self, form: PublishForm) -> str:
        """Prepare, and say what is still missing."""
        data = form.cleaned_data
        prepared = prepare_publication(
            project=self.project,
            planned_on=data["planned_on"],
            report=data["report"],
            user=self.request.user,
            now=timezone.now(),
        )
        self.page_key = prepared.page.pk
        if prepared.waiting:
            messages.warning(self.request, prepared.waiting)
            return _("草稿已建立。")
        return _("草稿已建立，公众参与说明已附上。")

    def get_success_url(self) -> str:
        """Lead to the editor once there is a draft."""
        key = getattr(self, "page_key", None)
        return reverse("wagtailadmin_pages:edit", args=[key]) if key else statement_url(self.project)
