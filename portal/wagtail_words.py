"""Words of Wagtail's and Django's that their own Chinese catalogues lack; ours carries them (portal/locale/zh_Hans)."""

from django.utils.translation import gettext_noop, ngettext_lazy

WORDS = (
    gettext_noop("New: %(model_name)s"),
    gettext_noop("Password"),
    gettext_noop("The page could not be saved due to validation errors."),
    gettext_noop("Go to the first error"),
    gettext_noop("The page could not be saved as it is locked."),
    gettext_noop("There are validation errors, click save to highlight them."),
    gettext_noop("Saving will overwrite a newer version."),
    gettext_noop("Saved"),
    gettext_noop("Filters"),
    gettext_noop("No %(model_name)s match your query."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
