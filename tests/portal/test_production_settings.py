"""Settings of a public installation: what has to be decided before it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = "from portal.settings import production as p; print(p.ALLOWED_HOSTS, repr(p.TRUSTED_PROXY_HEADER))"
ROOT = Path(__file__).resolve().parents[2]
DECIDED = {
    "PORTAL_URL": "https://eia.example",
    "PORTAL_SECRET_KEY": "only-for-this-test",
    "PORTAL_PROXY_HEADER": "",
}


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    environment = {**os.environ, **DECIDED, "PORTAL_DATA": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("hosts", ["", " , "])
def test_without_host_names_nothing_starts_and_a_sentence_says_why(tmp_path, hosts) -> None:
    started = start(tmp_path, PORTAL_HOSTS=hosts)
    assert started.returncode != 0
    assert "PORTAL_HOSTS must be set" in started.stderr


def test_a_proxy_header_is_believed_only_where_one_is_named(tmp_path) -> None:
    hosts = {"PORTAL_HOSTS": "eia.example,www.eia.example"}
    assert start(tmp_path, **hosts).stdout.split("]")[1].strip() == "''"
    named = start(tmp_path, **hosts, PORTAL_PROXY_HEADER="HTTP_X_FORWARDED_FOR")
    assert named.stdout.strip() == "['eia.example', 'www.eia.example'] 'HTTP_X_FORWARDED_FOR'"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/help/", "/admin/", "/nowhere/"])
def test_a_host_that_is_not_ours_is_refused_in_words_and_is_no_error_of_the_portal(
    client, settings, path: str
) -> None:
    settings.ALLOWED_HOSTS = ["eia.example"]
    answer = client.get(path, headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "浏览器送来的内容看不懂" in answer.text
    # With the foot of the pages, which belongs to a site.
    assert "建设单位对公众参与的真实性和结果负责" in answer.text
