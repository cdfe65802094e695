"""No path leads an unchecked notice to the public, and none takes a checked one away; superusers included."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from notices.corrections import apply_correction, open_correction
from notices.models import NoticePage, NoticeStage
from tests.factories import an_operator, confirm, make_draft, make_notice, make_proponent
from tests.notices.editor_forms import editor_data
from tests.people import make_people

pytestmark = pytest.mark.django_db
REFUSAL = "不能直接发布"
MUST_STAY = "不能删除、移动或撤下"
NO_ALIAS = "不能建立别名"


@pytest.fixture
def root() -> Any:
    return get_user_model().objects.create_superuser("root", password="root")


@pytest.fixture(params=["root", "op"])
def strong(request: pytest.FixtureRequest, client: Any) -> Any:
    """Sign in as the superuser and as the operator in turn."""
    people = make_people()
    user = get_user_model().objects.create_superuser("root") if request.param == "root" else people.op
    client.force_login(user)
    return client


def fresh(page: Any) -> NoticePage:
    return NoticePage.objects.get(pk=page.pk)


def texts(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


class TestCode:
    def test_a_revision_of_an_unchecked_notice_is_not_published_for_a_superuser(self, root: Any) -> None:
        page = make_draft()
        for publish in (
            lambda: page.get_latest_revision().publish(user=root),
            lambda: page.get_latest_revision().publish(skip_permission_checks=True),
        ):
            with pytest.raises(ValidationError, match=REFUSAL):
                publish()
        assert not fresh(page).live

    def test_the_action_that_skips_permission_checks_is_refused_too(self, root: Any) -> None:
        page = make_draft()
        action = PublishPageRevisionAction(page.get_latest_revision(), user=root)
        with pytest.raises((ValidationError, PermissionDenied)):
            action.execute(skip_permission_checks=True)
        assert not fresh(page).live

    def test_setting_live_and_saving_is_refused_for_the_notice_and_the_plain_page(self) -> None:
        page = make_draft()
        for model in (NoticePage, Page):
            row = model.objects.get(pk=page.pk)
            row.live = True
            with pytest.raises(ValidationError, match=REFUSAL):
                row.save(clean=False)
        assert not fresh(page).live

    def test_another_revision_of_a_published_notice_is_not_published(self, root: Any) -> None:
        page = make_notice()
        draft = page.get_latest_revision_as_object()
        draft.content = "换了内容"
        revision = draft.save_revision(user=root)
        with pytest.raises(ValidationError, match=REFUSAL):
            revision.publish(user=root)
        with pytest.raises(ValidationError, match=REFUSAL):
            PublishPageRevisionAction(revision, user=root).execute(skip_permission_checks=True)
        assert fresh(page).content != "换了内容"

    @pytest.mark.parametrize("model", [NoticePage, Page])
    def test_a_published_notice_is_not_unpublished(self, model: Any) -> None:
        page = make_notice()
        with pytest.raises(ProtectedError):
            UnpublishPageAction(model.objects.get(pk=page.pk)).execute(skip_permission_checks=True)
        with pytest.raises(ProtectedError):
            model.objects.get(pk=page.pk).unpublish()
        assert fresh(page).live

    @pytest.mark.parametrize("model", [NoticePage, Page])
    def test_a_published_notice_is_not_deleted_moved_or_aliased(self, model: Any) -> None:
        page = make_notice()
        other = make_proponent("浮山远山选矿有限公司")
        with pytest.raises(ProtectedError):
            model.objects.get(pk=page.pk).delete()
        with pytest.raises(ProtectedError):
            model.objects.filter(pk=page.pk).delete()
        with pytest.raises(ProtectedError):
            MovePageAction(model.objects.get(pk=page.pk), other, pos="last-child").execute()
        with pytest.raises((ProtectedError, ValidationError)):
            CreatePageAliasAction(model.objects.get(pk=page.pk), update_slug="alias").execute()
        assert fresh(page).get_parent().pk != other.pk
        assert NoticePage.objects.count() == 1

    def test_a_tree_above_a_published_notice_stays(self) -> None:
        page = make_notice()
        parent = page.get_parent()
        with pytest.raises(ProtectedError):
            Page.objects.get(pk=parent.pk).delete()
        assert NoticePage.objects.filter(pk=page.pk).exists()

    def test_a_live_copy_of_a_published_notice_is_refused_and_a_draft_copy_gets_its_own_code(self) -> None:
        page = make_notice()
        with pytest.raises((ValidationError, ProtectedError)):
            CopyPageAction(page, update_attrs={"slug": "live-copy"}, keep_live=True).execute()
        copy = CopyPageAction(page, update_attrs={"slug": "draft-copy"}, keep_live=False).execute()
        assert not fresh(copy).live
        assert fresh(copy).record.code != page.record.code
        assert fresh(copy).record.stage == NoticeStage.DRAFT

    def test_an_approved_notice_that_waits_for_its_date_is_not_published_early(self, root: Any) -> None:
        page = make_notice(stage=NoticeStage.APPROVED)
        with pytest.raises(ValidationError, match=REFUSAL):
            page.get_latest_revision().publish(user=root)


class TestEditor:
    def test_a_forged_publish_saves_a_draft_and_says_why(self, strong: Any) -> None:
        page = make_draft()
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        data = editor_data(page, content="改过", **{"action-publish": "1"})
        response = strong.post(url, data, follow=True)
        assert response.status_code == 200
        assert REFUSAL in texts(response)
        assert not fresh(page).live
        assert fresh(page).get_latest_revision_as_object().content == "改过"

    def test_a_forged_schedule_is_not_kept(self, strong: Any) -> None:
        page = make_draft()
        soon = timezone.now() - timedelta(minutes=1)
        data = editor_data(page, go_live_at=f"{soon:%Y-%m-%d %H:%M}", **{"action-publish": "1"})
        response = strong.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)
        assert response.status_code == 200
        page = fresh(page)
        assert not page.live
        assert page.go_live_at is None
        assert page.get_latest_revision().approved_go_live_at is None

    def test_a_new_notice_is_not_created_published(self, strong: Any) -> None:
        parent = make_proponent()
        url = reverse("wagtailadmin_pages:add", args=["notices", "noticepage", parent.pk])
        data = editor_data(NoticePage(project_name="新项目"), **{"action-publish": "1"})
        response = strong.post(url, data, follow=True)
        assert response.status_code == 200
        assert REFUSAL in texts(response)
        assert not NoticePage.objects.get(project_name="新项目").live

    def test_a_published_notice_is_locked_for_the_superuser_and_no_revision_is_made(
        self, strong: Any
    ) -> None:
        page = make_notice()
        before = page.revisions.count()
        data = editor_data(page, content="改过")
        response = strong.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
        assert response.status_code == 200
        assert fresh(page).revisions.count() == before

    def test_an_older_revision_of_a_published_notice_is_not_restored(self, strong: Any) -> None:
        page = make_notice()
        revision = page.get_latest_revision()
        url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision.pk])
        response = strong.post(url, editor_data(page, **{"action-publish": "1"}), follow=True)
        assert response.status_code == 200
        assert fresh(page).live_revision_id == page.live_revision_id


class TestWhileACorrectionIsOpen:
    """The lock is lifted for the draft; nothing of it goes live but through its check."""

    def corrected(self) -> NoticePage:
        page = make_notice()
        open_correction(
            record=page.record,
            correction_class="statutory",
            reason="电话印错",
            user=an_operator(),
            now=timezone.now(),
        )
        draft = fresh(page).get_latest_revision_as_object()
        draft.content = "换了内容"
        draft.save_revision()
        return fresh(page)

    def assert_unchanged(self, page: NoticePage) -> None:
        now = fresh(page)
        assert (now.content, now.live_revision_id, now.record.version) == (
            page.content,
            page.live_revision_id,
            1,
        )
        assert now.content != "换了内容"

    def test_its_draft_is_not_published_by_code(self, root: Any) -> None:
        page = self.corrected()
        revision = page.get_latest_revision()
        for publish in (
            lambda: revision.publish(user=root),
            lambda: revision.publish(skip_permission_checks=True),
            lambda: PublishPageRevisionAction(revision, user=root).execute(skip_permission_checks=True),
        ):
            with pytest.raises(ValidationError, match=REFUSAL):
                publish()
        self.assert_unchanged(page)

    def test_a_forged_publish_saves_the_draft_only(self, strong: Any) -> None:
        page = self.corrected()
        data = editor_data(page.get_latest_revision_as_object(), **{"action-publish": "1"})
        response = strong.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)
        assert REFUSAL in texts(response)
        self.assert_unchanged(page)

    def test_going_back_to_an_older_revision_stays_a_draft(self, strong: Any) -> None:
        page = self.corrected()
        older = page.revisions.order_by("pk").first()
        assert older is not None
        url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, older.pk])
        data = editor_data(older.as_object(), content="换了内容", **{"action-publish": "1"})
        strong.post(url, data, follow=True)
        assert fresh(page).get_latest_revision_as_object().content == "换了内容"
        self.assert_unchanged(page)

    def test_saving_the_draft_as_the_page_is_refused(self) -> None:
        page = self.corrected()
        revision = page.get_latest_revision()
        draft = revision.as_object()
        draft.live_revision = revision
        with pytest.raises(ValidationError, match=REFUSAL):
            draft.save()
        self.assert_unchanged(page)

    @pytest.mark.parametrize("name", ["delete", "unpublish"])
    def test_it_is_still_not_removed(self, strong: Any, name: str) -> None:
        page = self.corrected()
        strong.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), follow=True)
        assert fresh(page).live

    def test_after_the_next_version_the_first_is_not_published_again(self, root: Any) -> None:
        page = self.corrected()
        first = page.record.revision
        checker = get_user_model().objects.create_superuser("checker")
        correction = page.record.open_correction
        assert correction is not None
        assert first is not None
        confirm(page)
        apply_correction(
            correction=correction, revision=page.get_latest_revision(), user=checker, now=timezone.now()
        )
        with pytest.raises(ValidationError, match=REFUSAL):
            first.publish(user=root)
        assert fresh(page).content == "换了内容"


class TestOtherViews:
    @pytest.mark.parametrize("name", ["delete", "unpublish"])
    def test_a_published_notice_is_not_removed(self, strong: Any, name: str) -> None:
        page = make_notice()
        response = strong.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), follow=True)
        assert response.status_code == 200
        assert texts(response)
        assert fresh(page).live

    def test_a_published_notice_is_not_moved(self, strong: Any) -> None:
        page = make_notice()
        target = make_proponent("浮山远山选矿有限公司")
        url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
        response = strong.post(url, follow=True)
        assert response.status_code == 200
        assert texts(response)
        assert fresh(page).get_parent().pk != target.pk

    @pytest.mark.parametrize(
        ("extra", "reason"), [({"alias": "on"}, NO_ALIAS), ({"publish_copies": "on"}, REFUSAL)]
    )
    def test_a_notice_is_neither_aliased_nor_copied_published(
        self, strong: Any, extra: Any, reason: str
    ) -> None:
        page = make_notice()
        data = {"new_title": "副本", "new_slug": "copy", "new_parent_page": page.get_parent().pk, **extra}
        response = strong.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data, follow=True)
        assert response.status_code == 200
        assert reason in texts(response)
        assert NoticePage.objects.count() == 1

    def test_the_proponents_tree_is_not_copied(self, strong: Any) -> None:
        parent = make_notice().get_parent()
        data = {
            "new_title": "副本",
            "new_slug": "copy",
            "new_parent_page": parent.get_parent().pk,
            "copy_subpages": "on",
            "alias": "on",
        }
        response = strong.post(reverse("wagtailadmin_pages:copy", args=[parent.pk]), data, follow=True)
        assert response.status_code == 200
        assert NoticePage.objects.count() == 1

    @pytest.mark.parametrize(
        ("action", "reason"), [("publish", REFUSAL), ("unpublish", MUST_STAY), ("delete", MUST_STAY)]
    )
    def test_bulk_actions_are_refused_with_the_reason(self, strong: Any, action: str, reason: str) -> None:
        page = make_draft() if action == "publish" else make_notice()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"
        live = page.live
        response = strong.post(url, {"include_descendants": "on"}, follow=True)
        assert response.status_code == 200
        assert reason in texts(response)
        assert fresh(page).live == live

    def test_bulk_publishing_a_proponent_with_descendants_leaves_its_drafts_alone(self, strong: Any) -> None:
        page = make_draft()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        url += f"?id={page.get_parent().pk}&next=/admin/"
        response = strong.post(url, {"include_descendants": "on"}, follow=True)
        assert response.status_code == 200
        assert not fresh(page).live

    def test_unpublishing_a_proponent_with_descendants_leaves_its_notices_alone(self, strong: Any) -> None:
        page = make_notice()
        url = reverse("wagtailadmin_pages:unpublish", args=[page.get_parent().pk])
        response = strong.post(url, {"include_descendants": "on"}, follow=True)
        assert response.status_code == 200
        assert fresh(page).live
        assert fresh(page).get_parent().live
