"""What a person sets for himself on the account page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel

from notices.duty_lists import has_duties
from notices.models import ReminderChoice


class ReminderForm(forms.ModelForm):  # type: ignore[type-arg]
    """One box."""

    class Meta:
        model = ReminderChoice
        fields = ("wanted",)


class ReminderPanel(BaseSettingsPanel):  # type: ignore[misc]
    """Reminders on or off, for those who have something to do."""

    name = "reminders"
    title = _("办理提醒")
    order = 250
    form_class = ReminderForm

    def is_active(self) -> bool:
        """Show it to operators and proponents."""
        return has_duties(self.user)

    def get_form(self) -> Any:
        """Return the form on the person's own choice."""
        choice = ReminderChoice.objects.filter(user=self.user).first() or ReminderChoice(user=self.user)
        data = self.request.POST if self.request.method == "POST" else None
        return ReminderForm(data, instance=choice, prefix=self.name)
