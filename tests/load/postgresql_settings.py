"""The settings of the tests on PostgreSQL: the test database is a copy of one that was migrated before."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import DATABASES

DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}
DATABASES["keys"]["TEST"] = {"MIGRATE": False}
