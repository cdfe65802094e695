"""A 建设单位 comes onto the platform: one form, an invitation that works once, papers on file before the first window."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.company_codes import validate_company_code
from notices.gate import filing_gaps
from notices.invitations import invitation_link, issue_invitation
from notices.models import Delegate, EntrustmentAgreement, ProponentPage
from notices.onboarding import NewAccount, add_account, file_agreement, set_account_active
from notices.services import approve_notice, publish_notice
from tests.factories import a_scan, confirm, make_draft, make_notice, make_proponent
from tests.people import COMPANY_A, People, make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db
COMPANY = "古县青峪煤业有限公司"
USCC = "91350100M000100Y43"
PASSWORD = "Qingshui-2026-gou"


@pytest.fixture
def people() -> People:
    return make_people()


def form_data(**changes: Any) -> dict[str, Any]:
    values = {"name": COMPANY, "uscc": USCC, "address": "古县岳阳镇", "responsible": "总经理"}
    return {**values, "username": "qin", "person": "秦峪", "email": "", **changes}


def onboard(client: Any, people: People, **changes: Any) -> Any:
    client.force_login(people.op)
    return client.post(reverse("proponents:add"), form_data(**changes), follow=True)


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def reaches(client: Any, people: People, url: str) -> set[str]:
    found = set()
    for name in ("li", "zhao", "rival", "op", "guan", "outsider"):
        client.force_login(getattr(people, name))
        if client.get(url).status_code == 200:
            found.add(name)
    return found


def path_of(link: str) -> str:
    return link.partition("/invitation/")[1] + link.partition("/invitation/")[2]


class TestFirstForm:
    def test_it_makes_page_group_and_an_account_without_password(self, client: Any, people: People) -> None:
        onboard(client, people)
        page = ProponentPage.objects.get(title=COMPANY)
        qin = get_user_model().objects.get(username="qin")
        assert page.live
        assert (page.uscc, page.responsible) == (USCC, "总经理")
        assert list(qin.groups.all()) == [page.group]
        assert not qin.has_usable_password()
        assert qin.invitation.issued_by == people.op

    def test_nothing_is_left_when_the_account_cannot_be_made(self, client: Any, people: People) -> None:
        response = onboard(client, people, username="LI")
        assert "已有人使用" in str(errors(response)["username"])
        assert not ProponentPage.objects.filter(title=COMPANY).exists()

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("91350100M000100Y4", "现在是 17 位"),
            ("91350100M000100I43", "没有“I”"),
            (f"{USCC[:-1]}4", "校验位"),
        ],
    )
    def test_a_wrong_code_is_named_for_what_is_wrong(self, code: str, said: str) -> None:
        with pytest.raises(ValidationError) as caught:
            validate_company_code(code)
        assert said in " ".join(caught.value.messages)

    def test_a_code_is_brought_to_one_form_and_may_be_unknown(self, client: Any, people: People) -> None:
        onboard(client, people, uscc=f" {USCC[:8].lower()} {USCC[8:]} ")
        assert ProponentPage.objects.get(title=COMPANY).uscc == USCC
        onboard(client, people, uscc="", name="浮山青石建材有限公司", username="shi")
        assert ProponentPage.objects.filter(title="浮山青石建材有限公司", uscc="").exists()

    def test_a_double_name_or_code_leads_to_the_one_that_is_there(self, client: Any, people: People) -> None:
        onboard(client, people)
        there = ProponentPage.objects.get(title=COMPANY)
        link = reverse("proponents:inspect", args=[there.pk])
        assert link in str(errors(onboard(client, people, uscc="", username="b"))["name"])
        assert link in str(errors(onboard(client, people, name="另一名称", username="b"))["uscc"])
        assert ProponentPage.objects.filter(uscc=USCC).count() == 1

    def test_only_operators_reach_it(self, client: Any, people: People) -> None:
        assert reaches(client, people, reverse("proponents:add")) == {"op"}
        for name in ("li", "zhao", "rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            client.post(reverse("proponents:add"), form_data())
        assert not ProponentPage.objects.filter(title=COMPANY).exists()
        with pytest.raises(PermissionDenied):
            add_account(
                proponent=people.company_a,
                account=NewAccount(username="x", name="某"),
                user=people.li,
                now=timezone.now(),
            )


class TestEntry:
    def test_each_person_finds_his_own(self, client: Any, people: People) -> None:
        url = reverse("proponents:inspect", args=[people.company_a.pk])
        assert reaches(client, people, url) == {"li", "zhao", "op"}
        client.force_login(people.rival)
        assert COMPANY_A not in client.get(reverse("proponents:index")).content.decode()
        for name in ("guan", "outsider"):
            client.force_login(getattr(people, name))
            assert client.get(reverse("proponents:index")).status_code != 200

    def test_the_list_tells_what_is_missing(self, client: Any, people: People) -> None:
        make_proponent("古县无协议矿业有限公司", agreement=False)
        client.force_login(people.op)
        html = client.get(reverse("proponents:index_results"), {"q": "无协议"}).content.decode()
        assert "未备案" in html
        assert COMPANY_A not in html

    def test_rows_of_the_list_and_accounts_cost_no_queries(self, client: Any, people: People) -> None:
        client.force_login(people.op)
        entry = reverse("proponents:inspect", args=[people.company_a.pk])

        def add(number: int) -> None:
            make_proponent(f"古县{number}号矿业有限公司")
            new = NewAccount(username=f"u{number}", name="某", consultant=f"山西{number}号咨询有限公司")
            add_account(proponent=people.company_a, account=new, user=people.op, now=timezone.now())

        def count(url: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            return len(asked)

        add(0)
        urls = (reverse("proponents:index"), entry)
        few = [(count(url), count(url))[1] for url in urls]
        for number in range(1, 4):
            add(number)
        assert [count(url) for url in urls] == few

    def test_a_company_with_papers_is_not_deleted(self, client: Any, people: People) -> None:
        client.force_login(people.op)
        url = reverse("wagtailadmin_pages:delete", args=[people.company_b.pk])
        response = client.post(url, {"confirm": "1"}, follow=True)
        assert "不能删除" in response.content.decode()
        assert ProponentPage.objects.filter(pk=people.company_b.pk).exists()

    def test_scans_are_sent_to_operators_and_their_own_company(self, client: Any, people: People) -> None:
        paper = people.company_a.agreements.get()
        url = reverse("proponents:agreement", args=[people.company_a.pk, paper.pk])
        assert reaches(client, people, url) == {"li", "zhao", "op"}
        through_own = reverse("proponents:agreement", args=[people.company_b.pk, paper.pk])
        client.force_login(people.rival)
        assert client.get(through_own).status_code == 404

    def test_a_photo_as_scan_comes_in_a_sandbox_that_lets_browsers_centre_it(
        self, client: Any, people: People
    ) -> None:
        agreement = file_agreement(
            proponent=people.company_a,
            signed_on=date(2026, 1, 5),
            upload=photo("协议.jpg"),
            user=people.op,
            now=timezone.now(),
        )
        client.force_login(people.op)
        policy = client.get(f"/admin/proponents/{people.company_a.pk}/agreement/{agreement.pk}/")[
            "Content-Security-Policy"
        ]
        assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
        assert "script-src" not in policy

    def test_own_staff_files_the_agreement_and_nobody_else_but_operators(
        self, client: Any, people: People
    ) -> None:
        url = reverse("proponents:agreement_add", args=[people.company_a.pk])
        assert reaches(client, people, url) == {"li", "op"}
        client.force_login(people.li)
        client.post(url, {"signed_on": "2026-01-05", "scan": a_scan()})
        assert EntrustmentAgreement.objects.filter(filed_by=people.li, signed_on=date(2026, 1, 5)).exists()
        with pytest.raises(PermissionDenied):
            file_agreement(
                proponent=people.company_a,
                signed_on=date(2026, 1, 5),
                upload=a_scan(),
                user=people.zhao,
                now=timezone.now(),
            )

    def test_an_authorisation_is_filed_for_the_consultant_of_a_delegate(
        self, client: Any, people: People
    ) -> None:
        client.force_login(people.op)
        account = {"username": "qian", "person": "钱衡", "email": "", "capacity": "delegate"}
        url = reverse("proponents:account_add", args=[people.company_b.pk])
        assert "编制单位名称" in str(errors(client.post(url, account))["consultant"])
        client.post(url, {**account, "consultant": "山西绿衡环境咨询有限公司", "consultant_uscc": ""})
        consultant = Delegate.objects.get(user__username="qian").consultant
        client.force_login(people.rival)
        data = {"consultant": consultant.pk, "scope": "起草", "valid_from": "2026-01-05", "scan": a_scan()}
        url = reverse("proponents:authorisation_add", args=[people.company_b.pk])
        assert errors(client.post(url, {**data, "valid_until": "2025-01-05"}))["valid_until"]
        data["scan"] = a_scan()
        client.post(url, {**data, "valid_until": "2027-01-05"})
        assert consultant.authorisations.get().scope == "起草"


class TestInvitation:
    def link(self, people: People, **account: Any) -> str:
        new = NewAccount(username="qin", name="秦峪", **account)
        made = add_account(proponent=people.company_a, account=new, user=people.op, now=timezone.now())
        return invitation_link(made.invitation)

    def set_password(self, browser: Client, link: str, password: str = PASSWORD) -> Any:
        form = browser.get(path_of(link), follow=True)
        target = form.request["PATH_INFO"]
        return browser.post(target, {"new_password1": password, "new_password2": password})

    def test_it_sets_the_password_once(self, people: People) -> None:
        link = self.link(people)
        assert self.set_password(Client(), link).status_code == 302
        assert Client().login(username="qin", password=PASSWORD)
        late = Client().get(path_of(link), follow=True).content.decode()
        assert "这个链接不能使用" in late
        assert "联系平台管理员" in late

    def test_a_weak_password_is_refused_with_the_rules_shown(self, people: People) -> None:
        browser = Client()
        link = self.link(people)
        page = browser.get(path_of(link), follow=True).content.decode()
        assert "用户名：qin" in page
        # Without any referrer a browser sends the form from a null origin, and the CSRF check refuses it.
        assert "no-referrer" not in page
        assert "<li>" in page
        assert self.set_password(browser, link, "12345678").context["form"].errors["new_password2"]

    def test_a_new_invitation_an_expired_one_and_a_closed_account_kill_the_link(
        self, client: Any, people: People
    ) -> None:
        old = self.link(people)
        qin = get_user_model().objects.get(username="qin")
        client.force_login(people.op)
        client.post(reverse("proponents:invitation_renew", args=[people.company_a.pk, qin.pk]))
        assert self.set_password(Client(), old).status_code == 200
        qin.refresh_from_db()
        set_account_active(proponent=people.company_a, account=qin, active=False, user=people.op)
        assert self.set_password(Client(), invitation_link(qin.invitation)).status_code == 200
        set_account_active(proponent=people.company_a, account=qin, active=True, user=people.op)
        expired = issue_invitation(account=qin, user=people.op, now=timezone.now() - timedelta(days=7))
        assert self.set_password(Client(), invitation_link(expired)).status_code == 200
        assert not get_user_model().objects.get(pk=qin.pk).has_usable_password()

    def test_anothers_token_and_nonsense_lead_to_the_plain_page(self, people: People) -> None:
        link = self.link(people)
        stranger = issue_invitation(account=people.outsider, user=people.op, now=timezone.now())
        uid = path_of(invitation_link(stranger)).split("/")[2]
        token = path_of(link).split("/")[3]
        for url in (f"/invitation/{uid}/{token}/", "/invitation/MQ/x/", "/invitation/%E5%95%8A/x/"):
            assert "这个链接不能使用" in Client().get(url, follow=True).content.decode()

    def test_the_link_is_mailed_and_appears_in_no_log(
        self, people: People, caplog: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with django_capture_on_commit_callbacks(execute=True):
            link = self.link(people, email="qin@example.com")
        assert [message.to for message in mail.outbox] == [["qin@example.com"]]
        assert link in mail.outbox[0].body
        self.set_password(Client(), link)
        Client().get(path_of(link), follow=True)
        token = path_of(link).split("/")[3]
        assert token not in caplog.text

    def test_link_and_sheet_are_for_operators_while_they_are_alive(self, client: Any, people: People) -> None:
        link = self.link(people)
        qin = get_user_model().objects.get(username="qin")
        page = reverse("proponents:invitation", args=[people.company_a.pk, qin.pk])
        sheet = reverse("proponents:invitation_sheet", args=[people.company_a.pk, qin.pk])
        assert reaches(client, people, page) == {"op"}
        client.force_login(people.op)
        assert link in client.get(page).content.decode()
        assert client.get(sheet).content.startswith(b"%PDF")
        client.force_login(people.li)
        assert client.get(sheet).status_code != 200
        renew = reverse("proponents:invitation_renew", args=[people.company_a.pk, qin.pk])
        client.post(renew)
        qin.refresh_from_db()
        assert invitation_link(qin.invitation) == link
        self.set_password(Client(), link)
        client.force_login(people.op)
        assert client.get(page).status_code == 302

    def test_an_operators_account_is_out_of_reach(self, people: People) -> None:
        people.op.groups.add(people.company_a.group)
        with pytest.raises(PermissionDenied):
            set_account_active(proponent=people.company_a, account=people.op, active=False, user=people.op)


class TestPapersBeforeTheFirstWindow:
    def test_without_the_agreement_nothing_is_approved(self, people: People) -> None:
        company = make_proponent("古县无协议矿业有限公司", agreement=False)
        page = make_draft(proponent=company)
        confirm(page)
        with pytest.raises(ValidationError, match="委托处理协议"):
            approve_notice(page=page, revision=page.get_latest_revision(), user=people.op, now=timezone.now())

    def test_a_pre_approval_notice_takes_no_opinions_and_needs_none(self) -> None:
        company = make_proponent("古县无协议矿业有限公司", agreement=False)
        page = make_draft(proponent=company, kind="pre_approval")
        assert filing_gaps(page, on=timezone.localdate()) == []

    def test_an_approved_notice_without_agreement_does_not_open(self, people: People) -> None:
        page = make_notice(stage="approved", proponent=people.company_a)
        people.company_a.agreements.all().delete()
        with pytest.raises(ValidationError, match="委托处理协议"):
            publish_notice(record=page.record, now=timezone.now() + timedelta(days=8))

    def test_a_delegate_at_work_needs_an_authorisation_before_approval(self, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        confirm(page)
        people.zhao.delegate.consultant.authorisations.all().delete()
        with pytest.raises(ValidationError, match="授权书"):
            approve_notice(page=page, revision=page.get_latest_revision(), user=people.op, now=timezone.now())
        set_account_active(proponent=people.company_a, account=people.zhao, active=False, user=people.op)
        assert filing_gaps(page, on=timezone.localdate()) == []
