#!/usr/bin/env python3
"""Check what this portal gave you, without the portal and without a network: Python 3.8 or later, nothing to install.

    python3 verify.py FILE [FILE…]

FILE is a proof of an opinion (proof-NUMBER.json), the ledger of a notice (ledger-CODE.json) or the daily roots
(roots.jsonl); they are told apart by their content. Several files are also compared with each other: a proof with the
ledger of its notice, both with the roots. A copy of the roots that you or others kept tells whether anything before
that day was changed since. Exit code 0: everything holds; 1: something does not; 2: a file could not be read.

How it is counted: canonical bytes are JSON in UTF-8 with sorted keys and without spaces; an entry's hash is the SHA-256
of its canonical bytes, which hold the hash of the entry before it; a commitment is the SHA-256 of salt and canonical
bytes; a daily root is the SHA-256 of the canonical bytes of day, heads of all chains and the root before it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import Any

GENESIS = "0" * 64
PROOF, LEDGER = "eia-proof/1", "eia-ledger/1"
ROOTS = "roots"


class Unreadable(Exception):
    """The file is none of ours."""


class Findings:
    """What was found: faults with their kind, and what holds."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, int, str]] = []
        self.lines: list[str] = []

    def fault(self, kind: str, position: int, text: str) -> None:
        """Remember a fault; ``position`` is an entry's, 0 where it is not one entry's."""
        self.faults.append((kind, position, text))
        self.lines.append("不符：" + text)

    def good(self, text: str) -> None:
        """Remember what holds."""
        self.lines.append("相符：" + text)


def canonical_bytes(fields: Any) -> bytes:
    """Return the bytes that are hashed."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha256(content: bytes) -> str:
    """Return the SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def holds(salt: str, fields: dict[str, Any], commitment: str) -> bool:
    """Whether a commitment is that of these fields."""
    return sha256(bytes.fromhex(salt) + canonical_bytes(fields)) == commitment


def root_of(day: str, heads: dict[str, Any], previous: str) -> str:
    """Return the root over the heads of a day."""
    return sha256(canonical_bytes({"day": day, "heads": heads, "previous": previous}))


def check_entries(
    entries: list[dict[str, Any]], chain: str, position: int, previous: str, found: Findings
) -> str:
    """Check that entries follow on each other after ``position``; return the last hash."""
    for row in entries:
        fields, position = row["entry"], position + 1
        if fields["position"] != position or fields["chain"] != chain:
            found.fault("order", position, f"第 {position} 条缺失，或者次序被改")
            position = fields["position"]
        if fields["previous"] != previous:
            found.fault("link", position, f"第 {position} 条没有接上前一条，次序被改或者被换过")
        if sha256(canonical_bytes(fields)) != row["hash"]:
            found.fault("content", position, f"第 {position} 条的内容被改动")
        previous = row["hash"]
    return previous


def check_ledger(data: dict[str, Any], found: Findings) -> None:
    """Check the ledger of a notice by itself."""
    entries = data["entries"]
    last = check_entries(entries, data["chain"], 0, GENESIS, found)
    position = entries[-1]["entry"]["position"] if entries else 0
    if last != data["head"] or position != data["length"]:
        found.fault("end", position, f"第 {position} 条以后被截去，或者链头被改")
    if not found.faults:
        found.good(f"台账 {data['chain']} 共 {len(entries)} 条，环环相扣，链头 {data['head']}")


def check_proof(data: dict[str, Any], found: Findings) -> None:
    """Check the proof of an opinion by itself."""
    first = data["entries"][0]["entry"]
    payload = first["payload"]
    page_one, number = data["page_one"], payload["number"]
    check_entries(data["entries"], first["chain"], first["position"] - 1, first["previous"], found)
    if first["act"] != "opinion_received" or (page_one and number != page_one["fields"]["number"]):
        found.fault("opinion_swapped", first["position"], "凭证中的意见和台账所记的不是同一条")
    if page_one and not holds(page_one["salt"], page_one["fields"], payload["page_one"]):
        found.fault("page_one", first["position"], f"意见 {number} 的内容和台账不符，被改动")
    if len(data["files"]) != len(payload["files"]):
        found.fault("file_count", first["position"], f"意见 {number} 的附件数和台账不符")
    for file, commitment in zip(data["files"], payload["files"]):  # noqa: B905 - Python 3.10
        if file["salt"] is not None and not holds(file["salt"], file["fields"], commitment):
            found.fault("file", first["position"], f"意见 {number} 的附件和台账不符，被改动")
    if data["entries"][-1]["hash"] != data["head"]:
        found.fault("end", first["position"], "凭证中的台账没有接到链头")
    if data["root"] is not None:
        check_proof_root(data, first["chain"], found)
    if not found.faults:
        say_proof(data, first, found)


def check_proof_root(data: dict[str, Any], chain: str, found: Findings) -> None:
    """Check that the day's root is over the head to which the proof leads, and what can be said of its time stamp."""
    root = data["root"]
    if root_of(root["day"], root["heads"], root["previous"]) != root["root"]:
        found.fault("root", 0, "{} 的每日根被改动".format(root["day"]))
    if root["heads"].get(chain) != data["head"]:
        found.fault("root_head", 0, "{} 的每日根记的不是这个链头".format(root["day"]))
    if root["timestamp"] is not None:
        digest = hashlib.sha256(root["root"].encode("ascii")).digest()
        if digest not in base64.b64decode(root["timestamp"]):
            found.fault("stamp", 0, "{} 的时间戳和每日根不符".format(root["day"]))


def say_proof(data: dict[str, Any], first: dict[str, Any], found: Findings) -> None:
    """Say what a proof that holds proves."""
    page_one, root, number = data["page_one"], data["root"], first["payload"]["number"]
    found.good(f"意见 {number} 于 {first['day']} 记入台账 {first['chain']} 第 {first['position']} 条")
    if page_one:
        found.good("下面的文字和当时提交的一字不差")
        found.lines += ["  | " + line for line in page_one["fields"]["text"].splitlines()]
    else:
        found.lines.append("说明：意见的内容已依法删除，凭证只证明收到过这条意见。")
    for file in data["files"]:
        if file["salt"] is not None:
            found.good("附件 {}，SHA-256 {}".format(file["fields"]["name"], file["fields"]["sha256"]))
    if root is None:
        found.lines.append("说明：当天的每日根还没有形成，第二天以后可以再下载一次凭证。")
        return
    found.good("{} 的每日根包含这条意见：{}".format(root["day"], root["root"]))
    found.lines.append("说明：请和您自己或者他人留存的每日根（roots.jsonl）比对，见本程序开头。")
    if root["timestamp"] is not None:
        found.lines.append(
            "说明：每日根有时间戳。本程序只核对它对应这个根；签名请用 openssl ts -verify 核对。"
        )


def check_roots(lines: list[dict[str, Any]], found: Findings) -> None:
    """Check that each daily root follows from the heads and the root before it."""
    heads: dict[str, Any] = {}
    last: dict[str, Any] | None = None
    for line in lines:
        for key, head in line["changed"].items():
            if head is None:
                heads.pop(key, None)
            else:
                heads[key] = head
        follows = last is None or (line["previous"] == last["root"] and line["day"] > last["day"])
        if not follows or root_of(line["day"], heads, line["previous"]) != line["root"]:
            found.fault("root", 0, "{} 的每日根被改动".format(line["day"]))
        last = line
    if not found.faults:
        if last is None:
            found.good("还没有每日根")
        else:
            found.good(f"每日根共 {len(lines)} 天，{lines[0]['day']} 至 {last['day']}，环环相扣")


def compare(files: list[tuple[str, Any]], found: Findings) -> None:
    """Compare proofs, ledgers and roots with each other."""
    ledgers = {data["chain"]: data for kind, data in files if kind == LEDGER}
    roots = [data for kind, data in files if kind == ROOTS]
    for kind, data in files:
        if kind == PROOF:
            ledger = ledgers.get(data["entries"][0]["entry"]["chain"])
            if ledger is not None:
                proof_in_ledger(data, ledger, found)
            for lines in roots:
                proof_in_roots(data, lines, found)
    for ledger in ledgers.values():
        for lines in roots:
            ledger_in_roots(ledger, lines, found)


def proof_in_ledger(proof: dict[str, Any], ledger: dict[str, Any], found: Findings) -> None:
    """Find every entry of a proof in the ledger."""
    there = {row["entry"]["position"]: row["hash"] for row in ledger["entries"]}
    for row in proof["entries"]:
        position = row["entry"]["position"]
        if there.get(position) != row["hash"]:
            found.fault("proof_not_in_ledger", position, f"凭证中的第 {position} 条和现在的台账不同")
            return
    found.good("凭证所记的各条都在现在的台账中")


def proof_in_roots(proof: dict[str, Any], lines: list[dict[str, Any]], found: Findings) -> None:
    """Compare the root in a proof with the kept one of its day."""
    root = proof["root"]
    if root is None:
        return
    kept = {line["day"]: line["root"] for line in lines}
    if root["day"] not in kept:
        found.lines.append("说明：留存的每日根不含 {}。".format(root["day"]))
    elif kept[root["day"]] != root["root"]:
        found.fault("root_differs", 0, "{} 的每日根和留存的不同".format(root["day"]))
    else:
        found.good("{} 的每日根和留存的相同".format(root["day"]))


def ledger_in_roots(ledger: dict[str, Any], lines: list[dict[str, Any]], found: Findings) -> None:
    """Find every head that the kept roots name for this chain in the ledger."""
    there = {row["hash"] for row in ledger["entries"]} | {GENESIS}
    named = [
        (line["day"], line["changed"][ledger["chain"]])
        for line in lines
        if ledger["chain"] in line["changed"]
    ]
    for day, head in named:
        if head not in there:
            found.fault("root_head", 0, f"{day} 留存的链头不在台账中，台账曾被截短或者重算")
            return
    if named:
        found.good("台账 {} 含有留存的每日根所记的全部链头".format(ledger["chain"]))


def read(path: str) -> tuple[str, Any]:
    """Return what a file is and its content. Raises Unreadable."""
    try:
        with open(path, encoding="utf-8") as handle:  # noqa: PTH123
            text = handle.read()
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} 读不出来：{error}") from error
    try:
        data = json.loads(text)
        if isinstance(data, dict) and data.get("format") in (PROOF, LEDGER):
            return data["format"], data
    except ValueError:
        pass
    try:
        lines = [json.loads(line) for line in text.splitlines()]
    except ValueError as error:
        raise Unreadable(f"{path} 不是本平台的凭证、台账或者每日根") from error
    if not all(isinstance(line, dict) and "root" in line for line in lines):
        raise Unreadable(f"{path} 不是本平台的凭证、台账或者每日根")
    return ROOTS, lines


def main(paths: list[str]) -> int:
    """Check the files and print what was found; return the exit code."""
    checks = {PROOF: check_proof, LEDGER: check_ledger, ROOTS: check_roots}
    files: list[tuple[str, Any]] = []
    faulty = False
    if not paths:
        sys.stdout.write("用法：python3 verify.py 文件 [文件…]\n")
        return 2
    for path in paths:
        found = Findings()
        try:
            kind, data = read(path)
            checks[kind](data, found)  # type: ignore[operator]
        except (Unreadable, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            sys.stdout.write(f"{path}\n  读不懂这个文件，不能核对：{error}\n")
            return 2
        files.append((kind, data))
        faulty = show(path, found) or faulty
    found = Findings()
    compare(files, found)
    if found.lines:
        faulty = show("互相比对", found) or faulty
    sys.stdout.write("\n结论：%s\n" % ("有不符之处，见上。" if faulty else "全部相符。"))
    return 1 if faulty else 0


def show(title: str, found: Findings) -> bool:
    """Print findings; return whether there are faults."""
    sys.stdout.write("{}\n{}".format(title, "".join(f"  {line}\n" for line in found.lines)))
    return bool(found.faults)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
