"""Ask whether a locked package has a known weakness; `make audit`.

Exit code 0: none known; 1: at least one, each named with the version that mends it; 2: it could not be asked, and why.
Further arguments go to pip-audit, such as `--vulnerability-service osv` where pypi.org is out of reach.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_ASKED = (
    "没有查成，哪些软件包有已知漏洞还不清楚：{reason}\n"
    "需要连得上 pypi.org 的漏洞数据，只有软件包的镜像不够。请检查网络或代理（HTTPS_PROXY）再试，"
    '或者改问另一处：make audit ARGS="--vulnerability-service osv"\n'
    "Nothing was asked, so nothing is known: the advisories of pypi.org are needed, a mirror of packages is not enough."
)


def say(line: str) -> None:
    """Print a line."""
    print(line, flush=True)  # noqa: T201


def ask(arguments: list[str]) -> list[dict[str, Any]] | str:
    """Return what is known of each locked package, or in one line why it could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "requirements.txt")]
    options = [
        "--disable-pip",
        "--require-hashes",
        "--strict",
        "--progress-spinner",
        "off",
        "--format",
        "json",
    ]
    done = subprocess.run([*command, *options, *arguments], capture_output=True, text=True, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError, TypeError):
        # The last line of a traceback says what failed, those above it where in a library.
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return lines[-1][:300]


def main(arguments: list[str]) -> int:
    """Ask, print and return the exit code."""
    found = ask(arguments)
    if isinstance(found, str):
        say(NOT_ASKED.format(reason=found))
        return 2
    weak = [(package, weakness) for package in found for weakness in package.get("vulns", ())]
    for package, weakness in weak:
        mended = "、".join(weakness["fix_versions"]) or "还没有修复的版本"
        names = "、".join([weakness["id"], *weakness.get("aliases", ())])
        say(f"{package['name']} {package['version']}  {names}  修复：{mended}")
    say(f"查了 {len(found)} 个软件包，{len(weak)} 处已知漏洞。")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
