"""A process that prints one document after another: orders come as lines of JSON, answers go out as lines of JSON.

It is given composed HTML and needs neither settings nor a database. It ends when no more orders can come.
"""

from __future__ import annotations

import gc
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.printing.job import Job
from notices.printing.rendering import (
    PrintingFaultError,
    PrintingUnavailable,
    UnprintableTextError,
    print_html,
)


def answer_to(order: dict[str, Any]) -> dict[str, Any]:
    """Print one order to its target and return the number of pages, or what went wrong."""
    job = Job(order["variant"], order["title"], order["lang"], datetime.fromisoformat(order["created"]))
    try:
        printed = print_html(order["html"], job, missing_glyphs=order["missing_glyphs"])
    except UnprintableTextError as error:
        return {"unprintable": list(error.characters)}
    except PrintingUnavailable as error:
        return {"missing": list(error.missing)}
    except PrintingFaultError as error:
        return {"fault": str(error)}
    except Exception as error:
        # Not its text: it may quote the document.
        return {"fault": type(error).__name__}
    Path(order["target"]).write_bytes(printed.content)
    return {"pages": printed.pages}


def main() -> None:
    """Serve orders until the other end closes."""
    # The collector looks at millions of living boxes again and again while a long document is laid out; once after is enough.
    gc.disable()
    for line in sys.stdin:
        answer = answer_to(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main()
