"""Journey: every type of page keeps within its Content-Security-Policy, which the browser itself watches."""

from __future__ import annotations

from typing import Any

from tests.factories import make_draft, make_notice


def test_no_public_page_asks_for_what_its_policy_forbids(open_page, live_server: Any) -> None:
    code = make_notice().record.code
    closed = make_notice(stage="closed", project_name="关闭的项目").record.code
    page = open_page("/", size="phone")
    file = page.request.get(f"{live_server.url}/n/{code}/").text().partition("/report/")[2].partition("/")[0]
    for address in (
        *(
            "/notices/",
            "/search/?q=监测井",
            "/find/?code=1",
            "/privacy/",
            "/receipt/",
            "/ledger/",
            "/nowhere/",
        ),
        *(f"/n/{code}/", f"/n/{code}/opinion/", f"/ledger/{code}/", f"/n/{code}/report/{file}/2/"),
        *(f"/n/{closed}/", f"/n/{closed}/opinion/", f"/n/{closed}/opinions/", "/admin/login/"),
    ):
        page.goto(live_server.url + address)
        page.wait_for_load_state("load")


def test_the_browser_reports_a_script_that_got_into_a_page(open_page) -> None:
    page = open_page("/")
    page.evaluate(
        """() => {
        document.addEventListener("securitypolicyviolation", (event) => { window.found = event.blockedURI });
        const script = document.createElement("img");
        script.src = "https://elsewhere.example/x.png";
        window.stopped = new Promise((done) => { script.onerror = () => done(true) });
        document.body.append(script);
    }"""
    )
    assert page.evaluate("window.stopped")


def test_no_page_of_the_admin_asks_for_what_its_policy_forbids(open_page, sign_in, people) -> None:
    draft = make_draft(proponent=people.company_a)
    closed = make_notice(stage="closed", proponent=people.company_a, project_name="关闭的项目")
    page = sign_in("op")
    root = page.url.partition("/admin/")[0]
    for address in (
        *(f"pages/{draft.pk}/edit/", f"notices/{draft.pk}/attachments/add/", "notice_register/"),
        *(
            f"notice_register/inspect/{closed.record.pk}/",
            f"opinions/{closed.pk}/desk/",
            "exports/",
            "users/new/",
        ),
        *(
            f"notices/records/{closed.record.pk}/evidence/",
            f"statement/{closed.project_id}/",
            "calendarrecord/new/",
        ),
    ):
        assert page.goto(f"{root}/admin/{address}").ok, address
        page.wait_for_load_state("load")
