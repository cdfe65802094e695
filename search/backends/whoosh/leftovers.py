"""Clearing away what a killed writer left behind; only a holder of the writer's lock does so."""

import shutil
from contextlib import suppress
from pathlib import Path

from search.backends.inspection import IndexBusyError
from search.backends.whoosh.locking import exclusive

_LOCKS = frozenset({"write.lock", "rebuild.lock"})


def clear_index(folder: Path, *, keep: str) -> None:
    """Remove generations but ``keep``, journals and half-written names, unless a rebuild is under way that uses them."""
    leftovers = [entry for entry in folder.iterdir() if entry.name not in {"current", keep, *_LOCKS}]
    if not leftovers:
        return
    with suppress(IndexBusyError), exclusive(folder / "rebuild.lock", timeout=0):
        for entry in leftovers:
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def clear_generation(folder: Path) -> None:
    """Remove tables of contents that were never put in place; Whoosh removes the rest with its next commit."""
    for entry in folder.glob("_MAIN_*.toc.*"):
        entry.unlink(missing_ok=True)
