"""How many queries a page may cost, its visitor's own included, when nothing of it is kept."""

from __future__ import annotations

# By the ceiling: names of addresses, and of page types behind "page:".
# fmt: off
AT_MOST: dict[int, set[str]] = {
    2: {
        "archive_file", "attachment", "closing_certificate", "county_calendar", "healthz",
        "ledger_root_token", "ledger_roots_file", "ledger_verify_script", "meeting_file", "notice_calendar",
        "openapi", "report_image", "search_suggest", "wagtailadmin_password_reset",
    },
    5: {
        "county_feed", "county_index", "county_subscribe", "find_by_code", "ledger_roots", "meeting",
        "meeting_lookup", "meeting_registration", "notice_feed", "notice_ledger_json", "notice_subscribe",
        "privacy", "readyz", "receipt_lookup", "subscription_confirm", "subscription_sent",
        "subscription_stop",
    },
    8: {
        "blank_form", "blank_form_docx", "county", "file_accesses:index_results",
        "notice_confirmation_scan", "notice_upload_status", "opinion_form", "opinion_trial",
        "outbox_mail:index_results", "page:InfoPage", "posting_upload", "report_page", "report_text",
        "search_json", "site_map", "wagtailusers_users:index_results",
    },
    10: {
        "sitemap_index", "sitemap_section",
        "evidence_file", "notice_ledger", "proponents:agreement", "proponents:authorisation",
        "proponents:invitation_sheet", "search", "statement_file", "statement_paper",
    },
    12: {
        "calendarrecord:add", "contact_accesses:index_results", "index_checks", "meeting:index_results",
        "newspaper_docx", "newspaper_text", "newspaperinsertion:index_results", "notice_act",
        "notice_waiver_withdraw", "opinions_sheet", "otherchannel:index_results",
        "paperviewing:index_results", "photo_sheets", "poster", "proponents:account_add", "proponents:add",
        "proponents:index_results", "registration_accesses:index_results", "signin_reset",
        "siteposting:index_results", "wagtailusers_users:add",
    },
    15: {
        "calendarrecord:index", "correction_abandon", "correction_open", "correction_statutory",
        "depth_decision", "export_jobs", "file_accesses:index", "ledger_checks", "meeting:add",
        "meeting_announce", "meeting_cancel", "meeting_invite", "meeting_minutes", "meeting_reschedule",
        "newspaperinsertion:add", "notice_attachments", "notice_register:index_results",
        "notice_sealed_package", "notice_start", "office:index", "opinion_destructions",
        "opinion_register:index_results", "otherchannel:add", "outbox_mail:index", "page:HomePage",
        "page:NoticeIndexPage", "page:ProponentPage", "paperviewing:add", "project:index", "project:index_results",
        "public_opinions", "siteposting:add", "subscription_counts", "wagtailusers_users:index",
        "zone:index",
    },
    20: {
        "contact_accesses:index", "export_job", "export_opinions", "export_selection", "meeting:delete",
        "meeting:index", "meeting:inspect", "meeting_names", "meeting_register", "meeting_registrations",
        "meeting_select", "newspaperinsertion:delete", "newspaperinsertion:index",
        "newspaperinsertion:inspect", "notice", "notice_attachment_add", "notice_attachment_delete",
        "notice_confirmation_sheet", "notice_opinion_forms", "notice_package", "notice_register:index",
        "notice_start_for", "operation", "opinion_file_original", "opinion_redact",
        "opinion_register:index", "opinions_contacts", "opinions_notices", "opinions_record",
        "otherchannel:delete", "otherchannel:index", "otherchannel:inspect", "overview_file",
        "page:NoticePage", "paperviewing:delete", "paperviewing:index", "paperviewing:inspect",
        "project:edit", "project_dates", "proponents:agreement_add", "proponents:index",
        "proponents:invitation", "registration_accesses:index", "signin_accounts", "siteposting:index",
        "siteposting:inspect", "staff_help", "staff_help_role", "statement_edit", "statement_elsewhere",
        "statement_elsewhere_add", "statement_final", "statement_pledge", "wagtailadmin_account",
        "wagtailusers_users:edit",
    },
    25: {
        "meeting:edit", "newspaperinsertion:edit", "notice_correction", "notice_marks", "notice_newspaper",
        "notice_volumes", "opinions_group", "opinions_publication", "otherchannel:edit",
        "paperviewing:edit", "proponents:authorisation_add", "proponents:inspect", "siteposting:edit",
        "wagtailadmin_pages:history", "wagtailadmin_pages:view_draft", "wagtailadmin_reports:workflow",
    },
    30: {
        "notice_confirmation", "notice_duties", "notice_evidence", "notice_marks_confirm", "notice_outputs",
        "opinion_register:inspect", "opinions_desk", "statement_publish",
    },
    35: {
        "notice_findings", "wagtailadmin_pages:add",
    },
    40: {
        "notice_check", "overview", "wagtailadmin_reports:site_history",
    },
    50: {
        "wagtailadmin_explore", "wagtailadmin_pages:search",
    },
    65: {
        "notice_review_sheet", "statement",
    },
    75: {
        "notice_register:inspect",
    },
    80: {
        "today_file", "wagtailadmin_home",
    },
    140: {
        "wagtailadmin_pages:edit",
    },
}
# fmt: on
# Wagtail's own pages that people work on: who asks.
WAGTAIL = {
    "wagtailadmin_explore": "PO",
    "wagtailadmin_pages:add": "P",
    "wagtailadmin_pages:edit": "PO",
    "wagtailadmin_pages:history": "P",
    "wagtailadmin_pages:search": "P",
    "wagtailadmin_pages:view_draft": "P",
    "wagtailadmin_reports:site_history": "O",
    "wagtailadmin_reports:workflow": "O",
    "office:index": "O",
    "zone:index": "O",
    "calendarrecord:index": "O",
}
# Lists of Wagtail's that ask about each row, a page of fifty rows at most: queries a row.
A_ROW = {"wagtailadmin_explore": 2, "wagtailadmin_pages:search": 2, "wagtailadmin_reports:workflow": 2}
