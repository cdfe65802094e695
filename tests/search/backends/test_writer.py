"""One writer: requests never meet its lock, and killing it costs nothing that was committed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search.analysis import phrase_of
from search.backends.inspection import IndexBusyError
from search.backends.whoosh import engine
from search.backends.whoosh.columns import Document
from search.backends.whoosh.locking import exclusive
from search.backends.whoosh.storage import IndexStore


def found_in(store: IndexStore, typed: str) -> list[str]:
    clause = phrase_of(typed)
    assert clause is not None
    searcher = store.searcher()
    if searcher is None:
        return []
    hits = engine.search(searcher, engine.Match(clause, (engine.Column("body"),)), "n")
    return hits.keys(hits.best(len(hits)))


def put(store: IndexStore, key: str, body: str) -> None:
    with store.writing(timeout=1) as session:
        session.put(Document(key, ("n",), {"body": body}))


def fail_while_deleting(store: IndexStore, key: str) -> None:
    with store.writing(timeout=1) as session:
        session.delete(key)
        raise ZeroDivisionError


def test_a_document_is_replaced_by_its_key_and_seen_at_once(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, "n:1", "尾矿")
    assert found_in(store, "尾矿") == ["n:1"]
    put(store, "n:1", "煤矸石")
    assert found_in(store, "尾矿") == []
    assert found_in(store, "煤矸石") == ["n:1"]


def test_an_exception_while_writing_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, "n:1", "尾矿")
    with pytest.raises(ZeroDivisionError):
        fail_while_deleting(store, "n:1")
    assert found_in(store, "尾矿") == ["n:1"]
    put(store, "n:2", "尾矿")
    assert found_in(store, "尾矿") == ["n:1", "n:2"]


def test_a_writer_waits_for_another_and_then_gives_up(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, "n:1", "尾矿")
    with (
        exclusive(tmp_path / "write.lock", timeout=0),
        pytest.raises(IndexBusyError),
        store.writing(timeout=0.1),
    ):
        pass


def test_readers_in_a_forked_process_do_not_share_file_positions(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, "n:1", "尾矿")
    assert found_in(store, "尾矿") == ["n:1"]
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if found_in(store, "尾矿") == ["n:1"] else 1)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.fixture
def queued(settings: Any, tmp_path: Path) -> Path:
    """Tasks wait in the database for a worker, as in production."""
    path = tmp_path / "index"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backends.whoosh", "PATH": str(path), "LOCK_TIMEOUT": 0.2}
    }
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "index"]}
    }
    return path


def work(queue: str) -> None:
    call_command("db_worker", batch=True, queue_name=queue, interval=0, verbosity=0, startup_delay=False)


def indexed(typed: str) -> list[str]:
    return [page.title for page in Page.objects.all().search(typed)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_saving_and_deleting_in_a_request_never_wait_for_the_writer(queued: Path, settings: Any) -> None:
    settings.WAGTAILSEARCH_BACKENDS["default"]["LOCK_TIMEOUT"] = 60
    backend: Any = get_search_backend("default")
    root = Page.get_first_root_node() or Page.add_root(title="root", slug="root")
    backend.store.prepare()
    with exclusive(queued / "write.lock", timeout=0):
        started = time.monotonic()
        page = root.add_child(title="煤矸石综合利用", slug="one")
        kept = root.add_child(title="煤矸石堆场", slug="two")
        page.delete()
        assert time.monotonic() - started < 30
    assert indexed("煤矸石") == []
    work("default")
    work("index")
    assert indexed("煤矸石") == [kept.title]
    kept.delete()
    assert backend.search("煤矸石", Page)._hits.unordered() != []
    work("index")
    assert backend.search("煤矸石", Page)._hits.unordered() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_task_that_meets_a_busy_writer_comes_back_later(queued: Path) -> None:
    root = Page.get_first_root_node() or Page.add_root(title="root", slug="root")
    root.add_child(title="防渗膜", slug="one")
    work("default")
    # Without an index the first change would build one, and wait for that as long as a rebuild does.
    get_search_backend("default").reset_indexes()
    with exclusive(queued / "write.lock", timeout=0):
        work("index")
    waiting = DBTaskResult.objects.filter(queue_name="index", status="READY")
    assert waiting.exists()
    assert all(result.run_after > timezone.now() for result in waiting)
    waiting.update(run_after=timezone.now())
    work("index")
    assert indexed("防渗膜") == ["防渗膜"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_changes_during_a_rebuild_is_in_the_new_index(queued: Path) -> None:
    backend: Any = get_search_backend("default")
    root = Page.get_first_root_node() or Page.add_root(title="root", slug="root")
    gone = root.add_child(title="罗汉沟甲", slug="one")
    work("default")
    work("index")
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    index = rebuilder.start()
    index.add_items(Page, [gone])
    late = root.add_child(title="罗汉沟乙", slug="two")
    gone.delete()
    work("default")
    work("index")
    assert indexed("罗汉沟") == [late.title]
    rebuilder.finish()
    assert indexed("罗汉沟") == [late.title]
    assert len([entry for entry in queued.iterdir() if entry.is_dir()]) == 1
