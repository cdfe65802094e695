"""A server that speaks S3, and a portal whose files lie in a bucket of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db.models import FileField
from moto.server import ThreadedMotoServer

from portal.settings.env_services import Bucket, env_files

KEY, SECRET, BUCKET = "invented-key", "invented-secret", "files"


class Server:
    """The server at ``address``, with one bucket in it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://{address}",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    def url(self, *, bucket: str = BUCKET, folder: str = "portal") -> str:
        """Return the address that MEDIA_URL takes."""
        return f"s3+http://{KEY}:{SECRET}@{self.address}/{bucket}/{folder}"

    def names(self, folder: str = "portal") -> list[str]:
        """Return what lies in a folder of the bucket."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{folder}/")
        return [
            found["Key"].removeprefix(f"{folder}/") for page in pages for found in page.get("Contents", ())
        ]


@contextmanager
def running() -> Iterator[Server]:
    """Start a server on a free port, with an empty bucket."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        server = Server(f"{host}:{port}")
        server.client.create_bucket(Bucket=BUCKET)
        yield server
    finally:
        moto.stop()


def keep_files_in(address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the portal of the tests keep its files in the bucket of an address."""
    monkeypatch.setenv("MEDIA_URL", address)
    bucket = env_files("MEDIA_URL", default=settings.DATA_DIR)
    assert isinstance(bucket, Bucket)
    settings.STORAGES = {
        **settings.STORAGES,
        "content": bucket.storage("content"),
        "default": bucket.storage("media"),
    }
    for model in apps.get_models():
        for field in model._meta.get_fields():
            # A field asks for its storage once, when its model is loaded.
            if isinstance(field, FileField) and hasattr(field, "_storage_callable"):
                monkeypatch.setattr(field, "storage", storages["content"])
