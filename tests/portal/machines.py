"""Another machine: an empty data folder and databases of its own, in which commands run as processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connections

ROOT = Path(settings.BASE_DIR)
#: What tells two portals apart: every head, contact and subscriber, every fault of the ledger.
STATE = """
import json
from notices.ledger.models import Chain
from notices.opinions.models import Commenter
from notices.opinions.page_two import unseal
from notices.opinions.verification import verify_ledger
from notices.subscriptions.key_store import open_keys
from notices.subscriptions.models import Subscription
from search.index_check import compare, inspectable
subscriptions = list(Subscription.objects.order_by("pk"))
ciphers = open_keys(s.key_id for s in subscriptions if s.key_id)
print(json.dumps({
    "heads": dict(Chain.objects.values_list("key", "head")),
    "contacts": {c.opinion.number: None if c.erased_at else unseal(c).contact
                 for c in Commenter.objects.select_related("opinion")},
    "subscribers": [ciphers[s.key_id].decrypt(bytes(s.sealed)).decode() for s in subscriptions if s.key_id],
    "faults": [str(f) for r in verify_ledger(with_files=True) for f in r.faults],
    "index": compare(inspectable()).is_clean,
}))
"""


class Machine:
    """An empty machine that holds this installation's master keys and nothing else."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.data = folder
        (folder / "keys").mkdir(parents=True)
        shutil.copy(settings.MASTER_KEYS_FILE, folder / "keys" / "master.keys")
        self.variables = {
            "DJANGO_SETTINGS_MODULE": "tests.load.settings",
            "PORTAL_DATA": str(folder),
            "SEARCH_URL": "",
            **(variables or _databases(folder.name)),
        }

    def run(
        self, *commands: tuple[object, ...], first: str = "", then: str = ""
    ) -> tuple[str, dict[str, Any]]:
        """Run commands that have to succeed, all in one process; return what they printed, and STATE after them.

        ``first`` and ``then`` are Python for what is to be done before them and at the end.
        """
        calls = [f"call_command({', '.join(repr(str(part)) for part in command)})" for command in commands]
        script = "\n".join(
            [
                "import django; django.setup()",
                "from django.core.management import call_command",
                first,
                *calls,
                STATE,
            ]
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        *said, state = done.stdout.strip().splitlines()
        return "\n".join(said), dict(json.loads(state))


def backup(folder: Path) -> tuple[Path, Path]:
    """Take a backup of the portal of the tests; return it and the one of its keys."""
    data, keys = folder / "portal.backup", folder / "keys.backup"
    call_command("backup", data, "--keys", keys, stdout=StringIO())
    return data, keys


def _databases(name: str) -> dict[str, str]:
    """Return the addresses of two new databases beside those of the tests; on SQLite they are files of the folder."""
    here = connections["default"].settings_dict
    variables = {"DATABASE_URL": "", "KEYS_DATABASE_URL": ""}
    if connections["default"].vendor == "sqlite":
        return variables
    host, port = quote(str(here["HOST"]), safe=""), f":{here['PORT']}" if here["PORT"] else ""
    password = f":{quote(here['PASSWORD'], safe='')}" if here["PASSWORD"] else ""
    for variable, suffix in zip(variables, ("main", "keys"), strict=True):
        database = f"{name}_{suffix}_{token_hex(4)}"
        with connections["default"].cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"')
        variables[variable] = f"postgresql://{here['USER']}{password}@{host}{port}/{database}"
    return variables
