"""The settings of the tests on PostgreSQL: the databases are made anew on the server that TEST_SERVER names.

The variable is another one than DATABASE_URL on purpose: a portal that a test starts for itself does not inherit it.
"""

from portal.settings.env import env_database
from portal.settings.test import *  # noqa: F403
from portal.settings.test import DATABASES

for alias in ("default", "keys"):
    # Connections are closed with their request: a database cannot be dropped while one is left open.
    DATABASES[alias] = {**(env_database("TEST_SERVER") or {}), "NAME": f"portal-{alias}", "CONN_MAX_AGE": 0}
DATABASES["keys"]["TEST"] = {"MIGRATE": False}
