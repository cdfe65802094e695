"""An installation of the first days starts under today's code: what it holds is the same, proved by its ledger, and its pages answer.

`tests/data/portal-2026-11-23.tar.xz` was written by the code of that day, whose migrations were the first of each app: data
folder of its demo (invented people) without the reports, with two copies of one file that waits for its opinion and attempts
to tell answers, rows that later migrations rewrite. Every migration since runs over it. When a migration rewrites rows of a kind
that is not in it, add a folder written by the code before that migration.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = ROOT / "tests" / "data" / "portal-2026-11-23.tar.xz"
START_AND_LOOK = """
import json
import django; django.setup()
from portal.preparation import databases_behind, prepare
behind = databases_behind()
prepare()
from django.test import Client
from notices.ledger.models import Chain
from notices.models import NoticeRecord
from notices.opinions.file_names import name_of
from notices.opinions.models import Commenter, FeedbackAttempt, Opinion, OpinionFile
from notices.opinions.page_two import unseal
from notices.opinions.verification import verify_ledger
files = list(OpinionFile.objects.order_by("pk"))
attempts = FeedbackAttempt.objects.order_by("pk").select_related("opinion")
codes = list(NoticeRecord.objects.values_list("code", flat=True))
reader = Client(SERVER_NAME="127.0.0.1")
paths = ["/", "/county/", "/search/?q=%E7%8E%AF", "/admin/login/",
         *(f"/n/{code}/" for code in codes), *(f"/ledger/{code}/" for code in codes)]
print(json.dumps({
    "behind": [behind, databases_behind()],
    "heads": dict(Chain.objects.values_list("key", "head")),
    "faults": [str(fault) for report in verify_ledger() for fault in report.faults],
    "opinions": Opinion.objects.count(),
    "contacts": sum(bool(unseal(writer).contact) for writer in Commenter.objects.filter(erased_at=None)),
    "files": [[name_of(file), file.state] for file in files],
    "told": [[str(each.tried_on), each.answer_id == each.opinion.answer_id] for each in attempts],
    "answers": {path: reader.get(path).status_code for path in paths},
}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old") / "data"
    with tarfile.open(OLD) as archive:
        archive.extractall(folder, filter="data")
    return folder


def before(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def test_a_portal_of_the_first_days_starts_under_todays_code_with_all_that_it_held(folder: Path) -> None:
    heads = dict(before(folder, "SELECT key, head FROM ledger_chain"))
    ((opinions,),) = before(folder, "SELECT count(*) FROM opinions_opinion")
    ((named,),) = before(folder, "SELECT count(*) FROM opinions_opinionfile WHERE file_name <> ''")
    attempts = before(folder, "SELECT date(made_at, '+8 hours') FROM opinions_feedbackattempt ORDER BY id")
    assert len(heads) == 5
    assert (opinions, named) == (10, 2)

    started = subprocess.run(
        [sys.executable, "-c", START_AND_LOOK],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.portal.settings_without_demo",
            "PORTAL_DATA": str(folder),
            "PYTHONUTF8": "1",
            # The folder is one of SQLite, whichever database the tests run on.
            **dict.fromkeys(
                ("DATABASE_URL", "KEYS_DATABASE_URL", "SEARCH_URL", "CACHE_URL", "MEDIA_URL"), ""
            ),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    now = json.loads(started.stdout.splitlines()[-1])
    assert now["behind"] == [["default", "keys"], []]
    assert now["heads"] == heads
    assert now["faults"] == []
    assert now["opinions"] == opinions
    assert now["contacts"] == 9  # the tenth was erased then
    assert now["files"] == [["村口水井.jpg", "staged"], ["村口水井.jpg", "dropped"]]
    assert now["told"] == [[day, True] for (day,) in attempts]
    assert set(now["answers"].values()) == {200}, now["answers"]
