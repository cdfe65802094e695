"""A search server that remembers what it is asked and answers what it was told; it searches nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    body: Any


@dataclass(slots=True)
class RecordedServer:
    """What was asked in order, and the keys that every search finds."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    hits: list[int] = field(default_factory=list)
    #: What every search by groups finds.
    buckets: list[Any] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    #: Names of indexes and aliases that exist.
    names: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    #: What was written, by index and id.
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: bool = False

    def bodies(self, ending: str) -> list[Any]:
        """Return the bodies that were sent to paths with this ending."""
        return [asked.body for asked in self.asked if asked.path.partition("?")[0].endswith(ending)]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Return status and body."""
        path = asked.path.partition("?")[0].strip("/")
        name, _, action = path.partition("/")
        if self.broken:
            return 500, {"error": "broken"}
        if asked.method == "HEAD":
            return (200 if name in self.names else 404), None
        if asked.method == "PUT" and not action:
            self.names.add(name)
        if action.startswith("_alias"):
            self.names.add(action.rpartition("/")[2])
            self.aliases[action.rpartition("/")[2]] = name
        if asked.method == "DELETE" and action.startswith("_doc/"):
            self.written(name).pop(action.rpartition("/")[2], None)
        if action == "_search" and ("sort" in asked.body or "ids" in asked.body["query"]):
            return 200, {"hits": {"hits": self.stored(name, asked.body)}}
        if action == "_search":
            hits = [{"_id": str(pk), "_score": 1.5, "fields": {"pk": [str(pk)]}} for pk in self.hits]
            found = {"hits": {"hits": hits, "total": {"value": len(hits), "relation": "eq"}}}
            if "aggregations" in asked.body:
                found["aggregations"] = {"groups": {"buckets": self.buckets}}
            return 200, found
        if action == "_count":
            return 200, {"count": len(self.hits)}
        if action.endswith("_bulk") or path == "_bulk":
            actions = [line for line in asked.body if "index" in line]
            for act, document in zip(asked.body, asked.body[1:], strict=False):
                if "index" in act:
                    self.written(name)[act["index"]["_id"]] = document
            return 200, {"errors": False, "items": [{"index": {"status": 201}} for _ in actions]}
        return 200, {"acknowledged": True}

    def written(self, name: str) -> dict[str, Any]:
        """Return the documents of an index or an alias by their ids."""
        return self.documents.setdefault(self.aliases.get(name, name), {})

    def stored(self, name: str, body: Any) -> list[Any]:
        """Return documents by their ids, or the next ones in the order of their keys."""
        documents = self.written(name)
        if "ids" in body["query"]:
            return [
                {"_id": pk, "_source": documents[pk]}
                for pk in body["query"]["ids"]["values"]
                if pk in documents
            ]
        (after,) = body.get("search_after", [""])
        keys = [pk for pk in sorted(documents) if pk > after][: body["size"]]
        return [{"_id": pk, "sort": [pk]} for pk in keys]


@contextmanager
def recording() -> Iterator[RecordedServer]:
    """Run a server on a port of this machine for the time of the block."""
    server = RecordedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def take(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            lines = [json.loads(line) for line in raw.splitlines() if line.strip()] if raw else []
            asked = Asked(self.command, self.path, lines if len(lines) != 1 else lines[0])
            server.asked.append(asked)
            server.authorizations.add(self.headers.get("Authorization", ""))
            status, body = server.answer(asked)
            answer = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            # Elasticsearch's client talks to nobody else.
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = take

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
