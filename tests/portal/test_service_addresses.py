"""Addresses of services in the environment: strict, with a sentence that says what to write and without the password."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import checks
from portal.settings.env import env_choice
from portal.settings.env_services import Bucket, env_cache, env_files, env_mail

MAIL = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "PORTAL_FROM_EMAIL")  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE_URL", "MEDIA_URL", "PORTAL_LOG_FORMAT", *MAIL):
        monkeypatch.delenv(name, raising=False)


def test_without_an_address_the_cache_is_files_of_this_machine(tmp_path: Path) -> None:
    assert env_cache("CACHE_URL", folder=tmp_path)["BACKEND"] == "portal.caches.SharedFiles"


def test_a_redis_address_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.settings.env_services.find_spec", lambda name: ModuleType(name))
    monkeypatch.setenv("CACHE_URL", "rediss://:hunter2@cache:6380/1")
    cache = env_cache("CACHE_URL", folder=tmp_path)
    assert cache["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert cache["LOCATION"] == "rediss://:hunter2@cache:6380/1"


@pytest.mark.parametrize(
    "value",
    [
        "memcached://cache:11211",
        "redis://",
        "redis://:hunter2@cache:hunter2/0",
        "redis://:hunter2@cache/first",
        "hunter2",
    ],
)
def test_a_wrong_cache_address_is_refused_without_its_password(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CACHE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL: write") as refused:
        env_cache("CACHE_URL", folder=tmp_path)
    assert "hunter2" not in str(refused.value)


def test_redis_without_its_client_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setattr("portal.settings.env_services.find_spec", lambda name: None)
    monkeypatch.setenv("CACHE_URL", "redis://cache")
    with pytest.raises(ImproperlyConfigured, match="pip install"):
        env_cache("CACHE_URL", folder=tmp_path)


def test_files_lie_where_a_file_address_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_files("MEDIA_URL", default=Path("/x")) == Path("/x")
    monkeypatch.setenv("MEDIA_URL", f"file://{tmp_path}")
    assert env_files("MEDIA_URL", default=Path("/x")) == tmp_path


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("s3://bucket", "KEY:SECRET@host"),
        ("s3+https://store/bucket", "KEY:SECRET@host"),
        ("s3+https://key:secret@store", "KEY:SECRET@host"),
        ("s3+https://key:secret@store/bucket/../other", "KEY:SECRET@host"),
        ("s3+https://key:secret@store/bucket?regoin=cn", "KEY:SECRET@host"),
        ("/srv/portal", "file:///srv/portal"),
        ("file://srv/portal", "file:///srv/portal"),
        ("file:///", "file:///srv/portal"),
        ("file:///nowhere/at/all", "Is the disk mounted"),
    ],
)
def test_a_wrong_place_of_files_says_what_to_write(
    value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_URL", value)
    with pytest.raises(ImproperlyConfigured, match=says):
        env_files("MEDIA_URL", default=Path("/x"))


def test_a_bucket_is_named_with_its_key_and_told_how_to_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "MEDIA_URL",
        "s3+https://id:a%2Fb%40c@oss.example.cn:9000/files/portal/?region=cn-north-1&style=virtual",
    )
    bucket = env_files("MEDIA_URL", default=Path("/x"))
    assert isinstance(bucket, Bucket)
    assert bucket.storage("content")["OPTIONS"] == {
        "endpoint_url": "https://oss.example.cn:9000",
        "bucket_name": "files",
        "access_key": "id",
        "secret_key": "a/b@c",
        "region_name": "cn-north-1",
        "style": "virtual",
        "location": "portal/content",
    }


def test_a_bucket_without_its_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.settings.env_services.find_spec", lambda name: None)
    monkeypatch.setenv("MEDIA_URL", "s3+https://id:secret@store/bucket")
    with pytest.raises(ImproperlyConfigured, match="pip install"):
        env_files("MEDIA_URL", default=Path("/x"))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("s3+https://key-id:hidden-secret@store:port/bucket", "KEY:SECRET@host"),
        ("s3://key-id:hidden-secret@bucket", "KEY:SECRET@host"),
        ("https://key-id:hidden-secret@store/bucket", "file:///srv/portal"),
        ("s3+https://key-id:hidden-secret@[store/bucket", "KEY:SECRET@host"),
        ("file:///nowhere?secret=hidden-secret", "Is the disk mounted"),
    ],
)
def test_a_refused_place_of_files_does_not_repeat_the_secret_in_its_address(
    value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_URL", value)
    with pytest.raises(ImproperlyConfigured, match=says) as refused:
        env_files("MEDIA_URL", default=Path("/x"))
    assert "hidden-secret" not in str(refused.value)
    assert "key-id" not in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"}, "exclude each other"),
        ({"EMAIL_HOST_USER": "portal"}, "belong together"),
        ({"EMAIL_HOST": "smtp://mail"}, "name of the mail server"),
        ({"EMAIL_PORT": "smtp"}, "whole number"),
        ({"PORTAL_FROM_EMAIL": "公示平台"}, "write an address"),
    ],
)
def test_mail_settings_that_cannot_work_are_refused(
    variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=says):
        env_mail()


@pytest.mark.parametrize(("name", "port"), [("EMAIL_USE_TLS", 587), ("EMAIL_USE_SSL", 465), ("", 25)])
def test_the_port_of_mail_follows_from_how_it_is_encrypted(
    name: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        monkeypatch.setenv(name, "1")
    assert env_mail()["EMAIL_PORT"] == port


def test_a_log_format_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="line or json"):
        env_choice("PORTAL_LOG_FORMAT", ("line", "json"))


def test_a_start_is_refused_while_the_cache_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def set(self, *args: Any) -> None:
            raise ConnectionError("redis://:hunter2@cache")

    assert checks.check_cache(databases=["default"]) == []
    monkeypatch.setattr(checks, "cache", Away())
    [error] = checks.check_cache(databases=["default"])
    assert error.id == "portal.E003"
    assert "hunter2" not in str(error)


def test_a_mail_server_that_does_not_answer_is_a_warning(settings: Any) -> None:
    assert checks.check_mail(databases=["default"]) == []  # mails are kept in memory here
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
        assert checks.check_mail(databases=["default"]) == []
    [warning] = checks.check_mail(databases=["default"])
    assert warning.id == "portal.W003"
