#!/usr/bin/env python3
"""Check an archive package of this portal, without the portal and without a network: Python 3.8 or later, nothing to install.

    python3 verify.py             the unpacked package in which this file lies
    python3 verify.py PACKAGE     a package: the ZIP file as it came, or the folder it was unpacked to

It compares every file with the manifests of the bag (BagIt, RFC 8493), checks the ledger of the notice as
``ledger_verify.py`` beside it does, and looks up what the ledger names: attachments, archives, certificates and evidence by
their SHA-256, opinions, answers and redactions by their commitments. Nothing is unpacked or written. Exit code 0: everything
holds; 1: something does not; 2: it could not be read.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import IO, Any

sys.dont_write_bytecode = True  # nothing may appear in the folder that is being checked
try:
    from notices.ledger import verify as ledger
except ImportError:  # outside the portal it lies beside this file
    import ledger_verify as ledger  # type: ignore[import-not-found,no-redef]

FORMAT = "eia-package/1"
DECLARATION, MANIFEST, TAG_MANIFEST = "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD, FACTS = "data/", "data/00_manifest.json"
STEP = 1024 * 1024
LARGEST_JSON = 1024 * 1024 * 1024
# What systems and programs leave behind in folders of their own accord.
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__"}
CHECKED_ARCHIVES = {None, "certificate"}  # kinds of which every version stays; volumes are made anew

Findings, Unreadable = ledger.Findings, ledger.Unreadable


def plain(path: str) -> str:
    """Return a path as it is compared: macOS unpacks names in another normal form."""
    return unicodedata.normalize("NFC", path)


def is_safe(path: str) -> bool:
    """Whether a path stays in its folder on every system."""
    parts = path.split("/")
    return (
        bool(path)
        and "\\" not in path
        and ":" not in path
        and "\0" not in path
        and not {"", ".", ".."} & set(parts)
    )


class Folder:
    """The files of an unpacked package; links are not followed."""

    def __init__(self, path: str, found: Any) -> None:
        self._root = self._find(pathlib.Path(path))
        self.sizes: dict[str, int] = {}
        self._paths: dict[str, pathlib.Path] = {}
        self._walk(self._root, found)

    @staticmethod
    def _find(path: pathlib.Path) -> pathlib.Path:
        """Return the folder of the bag: this one, or the only one in it."""
        found = [where for where in [path, *sorted(path.iterdir())] if (where / DECLARATION).is_file()]
        if not found:
            raise Unreadable(f"{path} 里没有 {DECLARATION}，不是本平台的存档包")
        return found[0]

    def _walk(self, folder: pathlib.Path, found: Any) -> None:
        for path in sorted(folder.iterdir()):
            shown = plain(path.relative_to(self._root).as_posix())
            if path.name in LITTER:
                continue
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                found.fault("link", 0, f"{shown} 是链接或者特殊文件，没有读取")
            elif path.is_dir():
                self._walk(path, found)
            else:
                self.sizes[shown], self._paths[shown] = path.stat().st_size, path

    def open(self, path: str) -> IO[bytes]:
        """Open a file."""
        return self._paths[path].open("rb")


class Zip:
    """The files of a package in its ZIP file. Ours are stored: what is compressed, or claims to be larger than the file

    it lies in, is not opened, so that no hostile file fills memory or disk.
    """

    def __init__(self, path: str, found: Any) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"{path} 不是完整的 ZIP 文件：{error}") from error
        self.sizes: dict[str, int] = {}
        self._entries: dict[str, zipfile.ZipInfo] = {}
        files = [entry for entry in entries if not entry.filename.endswith("/")]
        if sum(entry.file_size for entry in files) > pathlib.Path(path).stat().st_size:
            raise Unreadable(f"{path} 所称的内容比文件本身还大，没有读取。重新压缩过的请解压后核对文件夹")
        root = self._root(files)
        for entry in files:
            self._take(entry, root, found)

    @staticmethod
    def _root(files: list[zipfile.ZipInfo]) -> str:
        """Return the folder of the bag, with its slash."""
        for entry in sorted(files, key=lambda entry: len(entry.filename)):
            if entry.filename.split("/")[-1] == DECLARATION and entry.filename.count("/") <= 1:
                return entry.filename[: -len(DECLARATION)]
        raise Unreadable(f"里面没有 {DECLARATION}，不是本平台的存档包")

    def _take(self, entry: zipfile.ZipInfo, root: str, found: Any) -> None:
        path = plain(entry.filename)
        if not is_safe(path) or not path.startswith(plain(root)):
            found.fault("path", 0, f"路径 {path!r} 越出存档包，没有读取")
            return
        path = path[len(plain(root)) :]
        if path in self.sizes:
            found.fault("twice", 0, f"{path} 出现两次")
            return
        self.sizes[path] = entry.file_size
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            found.fault(
                "packed",
                0,
                f"{path} 压缩或者加密过，没有读取。本平台的存档包不压缩；重新打包过的请解压后核对文件夹",
            )
            return
        self._entries[path] = entry

    def open(self, path: str) -> IO[bytes]:
        """Open a file. Raises KeyError for one that is not read."""
        return self._zip.open(self._entries[path])


def sha256_of(source: Any, path: str) -> str | None:
    """Return the SHA-256 of a file, None when it cannot be read as it was packed."""
    digest = hashlib.sha256()
    try:
        with source.open(path) as handle:
            for piece in iter(lambda: handle.read(STEP), b""):
                digest.update(piece)
    except (KeyError, OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return None
    return digest.hexdigest()


def text_of(source: Any, path: str) -> str:
    """Return a text file. Raises Unreadable."""
    if source.sizes.get(path, 0) > LARGEST_JSON:
        raise Unreadable(f"{path} 太大，没有读取")
    try:
        with source.open(path) as handle:
            return str(handle.read().decode("utf-8"))
    except (KeyError, OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{path} 读不出来") from error


def manifest_of(source: Any, path: str, found: Any) -> dict[str, str]:
    """Return what a manifest lists: the SHA-256 of each path."""
    if path not in source.sizes:
        found.fault("manifest", 0, f"缺少清单 {path}")
        return {}
    listed: dict[str, str] = {}
    for number, line in enumerate(text_of(source, path).splitlines(), start=1):
        digest, _blank, name = line.partition("  ")
        if len(digest) != 64 or not is_safe(plain(name)) or plain(name) in listed:
            found.fault("manifest", 0, f"清单 {path} 第 {number} 行被改动")
        else:
            listed[plain(name)] = digest
    return listed


def check_files(source: Any, found: Any) -> dict[str, str]:
    """Compare every file with the manifests; return the path of each SHA-256 that was found in the payload."""
    tags, payload = manifest_of(source, TAG_MANIFEST, found), manifest_of(source, MANIFEST, found)
    held: dict[str, str] = {}
    for path, expected in [*sorted(tags.items()), *sorted(payload.items())]:
        if path not in source.sizes:
            found.fault("missing", 0, f"{path} 不见了")
            continue
        digest = sha256_of(source, path)
        if digest != expected:
            found.fault("changed", 0, f"{path} 和清单不符，被改动或者损坏")
        elif path.startswith(PAYLOAD):
            held[digest] = path
    for path in sorted(set(source.sizes) - set(tags) - set(payload) - {TAG_MANIFEST}):
        found.fault("added", 0, f"{path} 不在清单中，是后来加入的")
    if not found.faults:
        found.good(f"清单所列 {len(payload)} 个文件都在，内容一致，没有多出的文件")
    return held


def facts_of(source: Any) -> dict[str, Any]:
    """Return what the package says of itself. Raises Unreadable."""
    try:
        facts = json.loads(text_of(source, FACTS))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{FACTS} 读不懂") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise Unreadable(f"{FACTS} 不是本程序认识的格式")
    return facts


def lines_of(source: Any, path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file with one in each line, without holding all of them. Raises Unreadable."""
    try:
        with source.open(path) as handle:
            for line in handle:
                if len(line) > STEP * 64:
                    raise Unreadable(f"{path} 有过长的行，没有读取")
                yield json.loads(line.decode("utf-8"))
    except (KeyError, OSError, EOFError, ValueError, RecursionError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{path} 读不懂") from error


def check_ledger(source: Any, facts: dict[str, Any], found: Any) -> list[dict[str, Any]]:
    """Check the ledger by itself and against the daily roots; return its entries."""
    data = json.loads(text_of(source, facts["ledger"]))
    roots = [json.loads(line) for line in text_of(source, facts["roots"]).splitlines()]
    by_itself, of_roots = Findings(), Findings()
    ledger.check_ledger(data, by_itself)
    if data["chain"] != facts["chain"] or data["length"] < facts["as_of"]:
        by_itself.fault("ledger", 0, "台账不是这份公示的，或者比存档包所称的短")
    ledger.check_roots(roots, of_roots)
    ledger.ledger_in_roots(data, roots, of_roots)
    for part in (by_itself, of_roots):
        found.faults += part.faults
        found.lines += part.lines
    return [row["entry"] for row in data["entries"]]


def named_files(entry: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what an entry names as files of the package: words and SHA-256."""
    payload, act = entry["payload"], entry["act"]
    if act == "archived" and payload.get("kind") in CHECKED_ARCHIVES:
        return [("存档", payload["sha256"])]
    if act.startswith("evidence_"):
        return [("公开证据", digest) for digest in payload.get("files", [])]
    return [("公示附件", row["sha256"]) for row in payload.get("attachments", [])]


def check_named_files(entries: list[dict[str, Any]], as_of: int, held: dict[str, str], found: Any) -> None:
    """Find the files that the ledger names."""
    before = len(found.faults)
    names: set[str] = set()
    for entry in entries[:as_of]:
        for words, digest in named_files(entry):
            if digest not in held and digest not in names:
                place = entry["position"]
                found.fault(
                    "file_lacking", place, f"台账第 {place} 条所记的{words} {digest[:8]} 不在包中，或者被改动"
                )
            names.add(digest)
    if len(found.faults) == before:
        found.good(f"台账所记的 {len(names)} 个文件（附件、存档、证据）都在包中")


def erased_numbers(entries: list[dict[str, Any]]) -> set[str]:
    """Return the numbers of the opinions whose content the ledger calls erased."""
    erased = (entry["payload"] for entry in entries if entry["act"] == "erased")
    return {
        number
        for payload in erased
        if payload.get("part") == "page_one"
        for number in payload.get("numbers", [])
    }


def check_opinions(source: Any, facts: dict[str, Any], entries: list[dict[str, Any]], found: Any) -> None:
    """Compare page one of every opinion with its commitment."""
    before, gone, count = len(found.faults), erased_numbers(entries), 0
    received = {
        entry["position"]: entry["payload"] for entry in entries if entry["act"] == "opinion_received"
    }
    wanted = {position for position in received if position <= facts["as_of"]}
    for row in lines_of(source, facts["opinions"]):
        number, position, page_one = row["number"], row["position"], row["page_one"]
        payload = received.get(position)
        wanted.discard(position)
        count += 1
        if payload is None or payload["number"] != number:
            found.fault("opinion_extra", position, f"意见 {number} 在台账中没有")
        elif page_one is None:
            if number not in gone:
                found.fault("erased_unsaid", position, f"意见 {number} 的内容缺失，台账没有删除记录")
        elif page_one["fields"]["number"] != number or not ledger.holds(
            page_one["salt"], page_one["fields"], payload["page_one"]
        ):
            found.fault("page_one", position, f"意见 {number} 的内容和台账不符，被改动")
    for position in sorted(wanted):
        found.fault(
            "opinion_missing", position, "台账记有意见 {}，包中没有".format(received[position]["number"])
        )
    if len(found.faults) == before:
        found.good(f"{count} 条意见的内容都和台账相符，一条不少")


def check_committed(source: Any, facts: dict[str, Any], entries: list[dict[str, Any]], found: Any) -> None:
    """Compare answers and redactions with their commitments."""
    for name, act, key, words in (
        ("answers", "answered", "answer", "答复"),
        ("redactions", "redacted", "redaction", "遮盖"),
    ):
        before, kept = len(found.faults), {row["commitment"]: row for row in lines_of(source, facts[name])}
        acts = [entry for entry in entries if entry["act"] == act]
        for entry in acts:
            place, row = entry["position"], kept.get(entry["payload"][key])
            if row is None:
                if place <= facts["as_of"]:
                    found.fault(f"{key}_missing", place, f"台账第 {place} 条所记的{words}不在包中")
            elif row["fields"] is not None and not ledger.holds(
                row["salt"], row["fields"], row["commitment"]
            ):
                found.fault(key, place, f"台账第 {place} 条所记的{words}内容被改动")
        for extra in sorted(set(kept) - {entry["payload"][key] for entry in acts}):
            found.fault(f"{key}_extra", 0, f"包中有一次{words}（{extra[:8]}），台账中没有")
        if len(found.faults) == before:
            found.good(f"{len(kept)} 次{words}都和台账相符")


def verify(path: str) -> Any:
    """Return what was found on a package, a ZIP file or a folder. Raises Unreadable."""
    found = Findings()
    try:
        is_folder = pathlib.Path(path).is_dir()
        source: Any = Folder(path, found) if is_folder else Zip(path, found)
        held = check_files(source, found)
        facts = facts_of(source)
        entries = check_ledger(source, facts, found)
        check_named_files(entries, facts["as_of"], held, found)
        check_opinions(source, facts, entries, found)
        check_committed(source, facts, entries, found)
        say(path, facts, is_folder, found)
    except Unreadable as error:
        if not found.faults:
            raise
        found.lines.append(f"说明：{error}，后面的没有核对。")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        found.fault("unreadable", 0, f"包中的数据读不懂，后面的没有核对：{error!r}")
    return found


def say(path: str, facts: dict[str, Any], is_folder: bool, found: Any) -> None:
    """Say what the reader has to know besides."""
    found.lines += ["说明：制作时缺 " + words for words in facts["lacking"]]
    if facts["unfinished"]:
        found.lines.append("说明：制作时公众参与还没有完成：" + "；".join(facts["unfinished"]))
    if not is_folder:
        digest = hashlib.sha256()
        with pathlib.Path(path).open("rb") as handle:
            for piece in iter(lambda: handle.read(STEP), b""):
                digest.update(piece)
        found.lines.append("说明：整包 SHA-256 " + digest.hexdigest())
    found.lines.append(
        "说明：请和公示台账公开页 {} 上“导出”一条比对整包 SHA-256，并比对链头。".format(facts["ledger_url"])
    )


def report(path: str, found: Any) -> str:
    """Return findings as they are printed."""
    verdict = "有不符之处，见上。" if found.faults else "全部相符。"
    return "{}\n{}\n结论：{}\n".format(path, "".join(f"  {line}\n" for line in found.lines), verdict)


def main(arguments: list[str]) -> int:
    """Check a package and print what was found; return the exit code."""
    if len(arguments) > 1:
        sys.stdout.write("用法：python3 verify.py [存档包.zip 或者文件夹]\n")
        return 2
    path = arguments[0] if arguments else str(pathlib.Path(__file__).resolve().parent)
    try:
        found = verify(path)
    except (Unreadable, OSError) as error:
        sys.stdout.write(f"{path}\n  读不懂，不能核对：{error}\n")
        return 2
    sys.stdout.write(report(path, found))
    return 1 if found.faults else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
