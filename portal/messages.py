"""Freshness of the message catalogues: do they hold what the code says, and does the compiled file hold the text?

The command line tools of GNU gettext do the work, through Django's own makemessages in a copy of the project.
"""

from __future__ import annotations

import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# No line numbers and no wrapping: a catalogue changes only where a message does.
MAKEMESSAGES = (
    "makemessages", "--all", "--no-location", "--no-wrap", "--no-obsolete",
    "--ignore", "tests", "--ignore", ".*",
)  # fmt: skip
# Languages in which everything is said; Chinese is the language of the messages themselves.
COMPLETE = ("en",)
COPIED = ("manage.py", "portal", "notices", "search", "templates")
WRITTEN_IN = "zh_Hans"
Key = tuple[str, str]


def problems(root: Path, locales: Path) -> list[str]:
    """Return one sentence per catalogue that is stale; `locales` is the locale folder inside `root`."""
    catalogues = sorted(locales.glob("*/LC_MESSAGES/django.po"))
    if not catalogues:
        return [f"{locales} 中没有词条表"]
    found = []
    with tempfile.TemporaryDirectory(prefix="portal-messages-") as scratch:
        copy = Path(scratch) / "project"
        extract(_copied(root, copy))
        for catalogue in catalogues:
            fresh = copy / catalogue.relative_to(root)
            found += _compare(catalogue, fresh, Path(scratch))
    return found


def uncompiled(locales: Path) -> list[str]:
    """Return one sentence per catalogue of the folder whose compiled file does not hold its text."""
    found = []
    with tempfile.TemporaryDirectory(prefix="portal-messages-") as scratch:
        for catalogue in sorted(locales.glob("*/LC_MESSAGES/django.po")):
            found += _compare_compiled(catalogue, Path(scratch))
    return found


def extract(root: Path) -> None:
    """Bring the catalogues of a project folder up to date with its code, in place."""
    with tempfile.TemporaryDirectory(prefix="portal-messages-") as data:
        _run([sys.executable, "manage.py", *MAKEMESSAGES], cwd=root, env={**os.environ, "PORTAL_DATA": data})


def compile_catalogues(locales: Path) -> None:
    """Write the compiled file beside each catalogue."""
    for catalogue in locales.glob("*/LC_MESSAGES/django.po"):
        _compile(catalogue, catalogue.with_suffix(".mo"))


def _compile(catalogue: Path, compiled: Path) -> None:
    """Write the compiled file; in the language of the code a message stands for itself.

    What a catalogue does not hold, Django looks for in those of every application, one after the other, each time.
    """
    with tempfile.TemporaryDirectory(prefix="portal-messages-") as scratch:
        if catalogue.parent.parent.name == WRITTEN_IN:
            filled = Path(scratch) / "filled.po"
            _run(["msgen", "--output-file", str(filled), str(catalogue)])
            catalogue = filled
        _run(["msgfmt", "--check-format", "-o", str(compiled), str(catalogue)])


def _copied(root: Path, copy: Path) -> Path:
    copy.mkdir()
    for name in COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, copy / name)
    return copy


def _compare(catalogue: Path, fresh: Path, scratch: Path) -> list[str]:
    language = catalogue.parent.parent.name
    committed, extracted = _keys(catalogue), _keys(fresh)
    found = []
    if missing := extracted - committed:
        found.append(f"{language}：代码中的 {len(missing)} 条文字不在词条表里，例如 {_sample(missing)}")
    if gone := committed - extracted:
        found.append(f"{language}：词条表里有 {len(gone)} 条文字已不在代码中，例如 {_sample(gone)}")
    if language in COMPLETE:
        open_ones = _keys(catalogue, "--untranslated") | _keys(catalogue, "--only-fuzzy")
        if open_ones:
            found.append(f"{language}：{len(open_ones)} 条文字没有译文，例如 {_sample(open_ones)}")
    return found + _compare_compiled(catalogue, scratch)


def _compare_compiled(catalogue: Path, scratch: Path) -> list[str]:
    language = catalogue.parent.parent.name
    compiled = scratch / f"{language}.mo"
    _compile(catalogue, compiled)
    if _same_translations(compiled, catalogue.with_suffix(".mo")):
        return []
    return [f"{language}：django.mo 与 django.po 不一致"]


def _keys(catalogue: Path, *which: str) -> set[Key]:
    """Return (context, msgid) of each message of a catalogue, or of those that options of msgattrib choose."""
    listed = _run(
        ["msgattrib", *which, "--no-obsolete", "--no-wrap", "--no-location", "--force-po", str(catalogue)]
    )
    keys: set[Key] = set()
    for block in listed.split("\n\n"):
        fields: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, _, line = line.partition(" ")
            fields[keyword] = fields.get(keyword, "") + line[1:-1]
        if fields.get("msgid"):
            keys.add((fields.get("msgctxt", ""), fields["msgid"]))
    return keys


def _same_translations(one: Path, other: Path) -> bool:
    """Compare by content: the order and padding of the file differ between versions of msgfmt."""
    if not other.exists():
        return False
    contents = []
    for path in (one, other):
        with path.open("rb") as handle:
            contents.append(vars(gettext.GNUTranslations(handle))["_catalog"])
    return bool(contents[0] == contents[1])


def _sample(keys: set[Key]) -> str:
    return "、".join(f"“{msgid[:30]}”" for _context, msgid in sorted(keys)[:3])


def _run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a tool and return its output; raises RuntimeError with what it said."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
