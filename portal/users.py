"""Accounts in the admin: an operator runs them all but the superusers', and makes nobody a superuser."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users
from wagtail.users.views.bulk_actions import (
    AssignRoleBulkAction,
    DeleteBulkAction,
    SetActiveStateBulkAction,
)

from portal.signin.operators import LastOperatorError, keeping_an_operator


def may_manage(user: Any, account: Any) -> bool:
    """Whether the person may change this account: a superuser's is changed by superusers only."""
    return user.is_superuser or not account.is_superuser


class _PlainFields:
    """Fields in the order in which a clerk fills them; Wagtail's are a set."""

    field_order = (
        "username",
        "last_name",
        "first_name",
        "email",
        "password1",
        "password2",
        "groups",
        "is_active",
        "is_superuser",
    )


class AccountCreationForm(_PlainFields, UserCreationForm):
    """A new account."""


class AccountEditForm(_PlainFields, UserEditForm):
    """An account that exists."""


class _WithoutSuperuserField:
    """Takes the field away before the form is shown or read."""

    request: HttpRequest

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        if not self.request.user.is_superuser:  # type: ignore[union-attr]
            form.fields.pop("is_superuser", None)
        return form


class AccountCreateView(_WithoutSuperuserField, users.CreateView):
    """Add an account."""


class AccountEditView(_WithoutSuperuserField, users.EditView):
    """Change an account or its password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a superuser's account to others: a new password or address is the account itself."""
        if not may_manage(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self) -> Any:
        """Save unless nobody would be left to run the platform."""
        with keeping_an_operator():
            return super().save_instance()

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, or say at the form what is missing."""
        try:
            return super().form_valid(form)
        except LastOperatorError as error:
            self.produced_error_code = "validation_error"
            self.produced_error_message = error.messages[0]
            return self.form_invalid(form)


class AccountIndexView(users.IndexView):
    """The list of accounts; the ones that the person may not change lead nowhere."""

    def get_edit_url(self, instance: Any) -> str | None:
        """Return no address for an account that the person may not change."""
        return super().get_edit_url(instance) if may_manage(self.request.user, instance) else None


class UserViewSet(users.UserViewSet):
    """Wagtail's accounts with these limits; on one page, without tabs, and never copied."""

    # A copy starts from the whole row, superuser or not, password included.
    copy_view_enabled = False
    index_view_class = AccountIndexView
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type:
        """Return the form for a new account or for one that exists."""
        return AccountEditForm if for_update else AccountCreationForm


class _SparesSuperusers:
    """Leaves superusers out of what others do with many accounts at once."""

    request: HttpRequest

    def check_perm(self, obj: Any) -> bool:
        return super().check_perm(obj) and may_manage(self.request.user, obj)  # type: ignore[misc]


class AssignRole(_SparesSuperusers, AssignRoleBulkAction):
    """Put accounts into a group."""


class SetActiveState(_SparesSuperusers, SetActiveStateBulkAction):
    """Open or close accounts."""

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> Any:
        """Close unless nobody would be left to run the platform."""
        with keeping_an_operator():
            return super().execute_action(objects, **kwargs)


class Delete(_SparesSuperusers, DeleteBulkAction):
    """Delete accounts."""

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> Any:
        """Delete unless nobody would be left to run the platform."""
        with keeping_an_operator():
            return super().execute_action(objects, **kwargs)


BULK_ACTIONS = (AssignRole, SetActiveState, Delete)
