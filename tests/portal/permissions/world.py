"""A draft, a published and a closed notice of company A with one of everything on them, and the keys that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from notices.archive.statement.jobs import STATEMENT_JOB
from notices.content_store import store
from notices.invitations import invitation_link, issue_invitation
from notices.models import NoticePage, Office, OfficeKind
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.services import Receipt
from notices.permissions import OFFICER_GROUP
from notices.posting_uploads import upload_token
from notices.services import close_windows
from tests.factories import a_scan, confirm, make_draft, make_notice
from tests.notices.opinions.helpers import send
from tests.people import People, make_people

FAR_COUNTY = "141027"


@dataclass(frozen=True, slots=True)
class World:
    """The people, their receipt, and for each name of an address the values of its keys."""

    people: People
    far: Any
    receipt: Mapping[str, str]
    draft_path: str
    common: Mapping[str, Any]
    special: Mapping[str, Mapping[str, Any]]

    def keys(self, name: str, wanted: Any) -> dict[str, Any]:
        """Return the values for the keys of an address; a key nobody gave a value is 1."""
        values = {**self.common, **self.special.get(name.partition(":")[0], {}), **self.special.get(name, {})}
        return {key: values.get(key, 1) for key in wanted}


def make_world() -> World:
    """Make everything."""
    people = make_people()
    far = get_user_model().objects.create_user("far", password="far")
    far.groups.add(Group.objects.get(name=OFFICER_GROUP))
    Office.objects.create(
        name="浮山县生态环境分局", kind=OfficeKind.BUREAU, division_codes=[FAR_COUNTY]
    ).members.add(far)
    draft = _submitted_draft(people)
    public = make_notice(proponent=people.company_a, project_name="柳坪项目")
    closed, receipt = _closed(people)
    common, special = _keys(people, draft=draft, public=public, closed=closed)
    key = {"number": receipt.opinion.number, "code": receipt.code}
    parts = draft.get_url_parts()
    path = parts[2].lstrip("/") if parts else ""
    return World(people=people, far=far, receipt=key, draft_path=path, common=common, special=special)


def _submitted_draft(people: People) -> NoticePage:
    page = make_draft(proponent=people.company_a, project_name="清水沟项目")
    confirm(page)
    page.get_workflow().start(NoticePage.objects.get(pk=page.pk), people.li)
    return NoticePage.objects.get(pk=page.pk)


def _closed(people: People) -> tuple[NoticePage, Receipt]:
    """Return a notice whose window is over, with an opinion on it, and the opinion's receipt."""
    now = timezone.now()
    start = now - timedelta(days=40)
    page = make_notice(proponent=people.company_a, now=start, project_name="关闭的项目")
    token = new_token(page.record.code, now=start)
    file = stage_file(form_key=token.key, upload=a_scan("照片.pdf"), now=start)
    receipt = send(page, now=start + timedelta(minutes=5), token=token, files=(file.sha256,))
    close_windows(now=now)
    return NoticePage.objects.get(pk=page.pk), receipt


def _keys(
    people: People, *, draft: NoticePage, public: NoticePage, closed: NoticePage
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the values of keys by their names, and those of single addresses or namespaces."""
    rows = _rows(people, public=public, closed=closed)
    state, task = draft.current_workflow_state, draft.current_workflow_task_state
    opinion = apps.get_model("opinions", "Opinion").objects.get()
    common = {
        "page_id": draft.pk,
        "parent_page_id": people.company_a.pk,
        "page_to_move_id": draft.pk,
        "destination_id": people.company_a.pk,
        "page_pk": draft.pk,
        "revision_id": draft.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_state_id": state.pk,
        "task_state_id": task.pk,
        "task_id": task.task_id,
        "action_name": "approve",
        "action": "delete",
        "object_id": draft.pk,
        "app_label": "notices",
        "model_name": "noticepage",
        "app_name": "portal",
        "content_type_app_name": "notices",
        "content_type_model_name": "noticepage",
        "code": public.record.code,
        "notice_id": closed.pk,
        "proponent_id": people.company_a.pk,
        "user_id": people.li.pk,
        "name": "x",
        "role": "proponent",
        "number": 1,
        "version": 1,
        "filter_spec": "original",
        "uidb64": urlsafe_base64_encode(force_bytes(people.li.pk)),
        "day": rows["day"],
        "job_id": rows["job"].pk,
        "rule_id": "L01",
    }
    pk = {key: {"pk": getattr(row, "pk", row)} for key, row in rows.items() if key != "day"}
    closed_code = {"code": closed.record.code}
    own = {
        **dict.fromkeys(("notice_evidence", "notice_postings", "notice_outputs"), pk["public_record"]),
        **dict.fromkeys(("notice_review_sheet", "notice_package", "notice_newspaper"), pk["public_record"]),
        **dict.fromkeys(("notice_register", "notice_volumes"), pk["public_record"]),
        "correction_open": pk["public_record"],
        **dict.fromkeys(("depth_decision", "notice_sealed_package"), pk["closed_record"]),
        "notice_act": {**pk["public_record"], "name": "withdraw"},
        "notice_check": pk["draft_record"],
        "notice_waive": pk["draft_record"],
        "notice_waiver_withdraw": pk["waiver"],
        "notice_correction": {"page_id": public.pk},
        "correction_abandon": pk["correction"],
        "correction_statutory": pk["correction"],
        "notice_attachment_delete": pk["draft_file"],
        "notice_upload_status": {"token": rows["upload"].token},
        "notice_upload_part": {"token": rows["upload"].token},
        "notice_upload_finish": {"token": rows["upload"].token},
        "posting_upload_code": {**pk["siteposting"], "act": "renew"},
        "posting_upload": {"token": upload_token(rows["siteposting"])},
        "invitation": {"token": _invitation(people)},
        "wagtailadmin_password_reset_confirm": {"token": "x-y"},
        "evidence_file": {**pk["evidence_file"], "name": "证据.pdf"},
        "notice_confirmation_scan": {"scan_id": draft.record.confirmations.get().pk},
        "project": {"pk": public.project_id},
        "project_dates": {"pk": public.project_id},
        "project_end": {"pk": public.project_id},
        **{name: {"pk": public.project_id} for name in _STATEMENT},
        "statement_elsewhere": pk["elsewhere"],
        "statement_elsewhere_remove": pk["elsewhere"],
        "statement_file": {**pk["build"], "suffix": "pdf"},
        "statement_paper": {**pk["paper"], "name": "承诺.pdf"},
        **dict.fromkeys(_MEETING, pk["meeting"]),
        "meeting_file": {**pk["meeting"], "file_pk": rows["minutes"].pk},
        "opinion_register": {"pk": opinion.pk},
        **{name: {"pk": opinion.pk} for name in _OPINION},
        **{name: {"pk": opinion.files.get().pk} for name in ("opinion_file", "opinion_file_original")},
        "export_opinions": closed_code,
        "sitemap_section": {"section": "notices"},
        "overview_file": {"name": "stages", "extension": "csv"},
        "today_file": {"extension": "csv"},
        "export_forget_filter": pk["saved_filter"],
        "public_opinions": closed_code,
        "closing_certificate": closed_code,
        **{
            name: {"code": "141026"}
            for name in ("county", "county_feed", "county_calendar", "county_subscribe")
        },
        "attachment": {"pk": public.attachments.get().pk},
        **{
            name: {"pk": public.attachments.get().pk}
            for name in ("report_page", "report_text", "report_image")
        },
        "proponents": {"pk": people.company_a.pk},
        "proponents:agreement": {"scan_id": people.company_a.agreements.get().pk},
        "proponents:authorisation": {"scan_id": rows["authorisation"].pk},
        "outbox_mail": pk["mail"],
        **{name: {"pk": people.li.pk} for name in ("wagtailusers_users", "signin_reset", "signin_lift")},
        "wagtailusers_groups": {"pk": people.company_a.group_id},
        "office": {"pk": people.office.pk},
        **{name: pk[name] for name in (*_EVIDENCE, "zone", "calendarrecord")},
    }
    return common, own


_STATEMENT = (
    *("statement", "statement_edit", "statement_build", "statement_pledge", "statement_final"),
    *("statement_publish", "statement_elsewhere_add"),
)
_MEETING = (
    *("meeting_announce", "meeting_invite", "meeting_minutes", "meeting_reschedule", "meeting_cancel"),
    *("meeting_registrations", "meeting_register", "meeting_select", "meeting_names", "meeting_registration"),
    *("meeting_lookup", "meeting"),
)
_OPINION = (
    *("opinion_redact", "opinion_redaction_withdraw", "opinion_destruction_propose"),
    *("opinion_destruction_decide", "opinions_group"),
)
_EVIDENCE = ("newspaperinsertion", "siteposting", "paperviewing", "otherchannel")


def _rows(people: People, *, public: NoticePage, closed: NoticePage) -> dict[str, Any]:
    """Return one row of each kind that an address can name, written as the services write it."""
    now, today = timezone.now(), timezone.localdate()
    kept = store(BytesIO(b"%PDF-1.4 a paper"))
    file = {"file": kept.name, "sha256": kept.sha256, "size": kept.size, "content_type": "application/pdf"}

    def row(model: str, **fields: Any) -> Any:
        return apps.get_model(model).objects.create(**fields)

    other = make_draft(proponent=people.company_a, project_name="另一份草稿")
    posting = row("notices.SitePosting", notice=public, village="清水沟村", spot="村委会")
    meeting = row(
        "notices.Meeting", notice=public, kind="forum", topic="防渗", announced_on=today,
        held_on=today + timedelta(days=30), registration_until=today + timedelta(days=20), minutes_on=today,
    )  # fmt: skip
    opinion = apps.get_model("opinions", "Opinion").objects.get()
    day = today - timedelta(days=1)
    row("ledger.DailyRoot", day=day, previous="0" * 64, root="1" * 64, token=b"stamp", stamped_at=now)
    build_files = {
        f"{kind}{end}": value
        for kind in ("docx", "pdf")
        for end, value in (("", kept.name), ("_sha256", kept.sha256), ("_size", kept.size))
    }
    project = public.project
    for notice, kind in ((public, "notice"), (closed, "certificate")):
        # Where the world is committed the portal has made its own already.
        apps.get_model("archive", "ArchiveFile").objects.get_or_create(
            notice=notice, kind=kind, version=1,
            defaults={
                "notice_version": 1, "as_of": now, "pages": 1, "ledger_position": 1, "ledger_head": "0" * 64,
                "created_at": now, "file": kept.name, "sha256": kept.sha256, "size": kept.size,
            },
        )  # fmt: skip
    return {
        "day": day,
        "public_record": public.record,
        "closed_record": closed.record,
        "draft_record": _draft_record(),
        "draft_file": other.attachments.get(),
        "waiver": row("notices.RuleWaiver", record=_draft_record(), rule_id="L01", reason="x", waived_by=people.op, waived_at=now),
        "correction": row("notices.Correction", record=public.record, correction_class="slip", reason="错字", base_version=1, opened_at=now, opened_by=people.li),
        "upload": row("notices.Upload", notice=other, user=people.li, kind="other", file_name="a.pdf", size=5, started_at=now),
        "siteposting": posting,
        "newspaperinsertion": row("notices.NewspaperInsertion", notice=public, newspaper="临汾日报"),
        "paperviewing": row("notices.PaperViewing", notice=public, place="203室", viewed_on=today, visitors=1),
        "otherchannel": row("notices.OtherChannel", notice=public, channel="广播"),
        "meeting": meeting,
        "minutes": row("notices.MinutesFile", meeting=meeting, file_name="纪要.pdf", published_at=now, **file),
        "evidence_file": row("notices.EvidenceFile", posting=posting, file_name="证据.pdf", **file),
        "elsewhere": row("archive.ElsewhereRound", project=project, round="first_round", channel="website", name="县政府网站", started_on=today, recorded_by=people.li, recorded_at=now),
        "paper": row("archive.StatementFile", project=project, kind="pledge", file_name="承诺.pdf", filed_by=people.li, filed_at=now, **file),
        "build": row("archive.StatementBuild", project=project, notice=public, number=1, pages=1, counts={"rounds": []}, missing=0, as_of=now, made_by=people.li, made_at=now, **build_files),
        "job": row("exports.Job", kind=STATEMENT_JOB.name, requested_by=people.li, requested_at=now, parameters={"project": project.pk}),
        "saved_filter": row("exports.SavedFilter", owner=people.li, name="我的条件"),
        "proposal": row("opinions.DestructionProposal", opinion=opinion, ground="order", document="x", reason="x", proposed_by=people.op, proposed_at=now),
        "authorisation": apps.get_model("notices", "Authorisation").objects.get(),
        "mail": row("outbox.OutboxMail", key="k", category="x", subject="x", next_attempt_at=now, created_at=now),
        "zone": row("notices.Zone", code="141099", name="开发区"),
        "calendarrecord": row("notices.CalendarRecord", year=2031, source="国办", issued_on=today, entered_at=now),
    }  # fmt: skip


def _invitation(people: People) -> str:
    """Return the token of an invitation of ``li``."""
    invitation = issue_invitation(account=people.li, user=people.op, now=timezone.now())
    return invitation_link(invitation).rstrip("/").rpartition("/")[2]


def _draft_record() -> Any:
    return apps.get_model("notices", "NoticeRecord").objects.get(page__project_name="清水沟项目")
