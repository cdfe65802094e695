"""How much a file from outside may cost to read."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one child process; sizes in bytes, times in seconds. The defaults suit a 600-page report."""

    file_bytes: int = 300 * 1024 * 1024
    pages: int = 5000
    characters_per_page: int = 100_000
    characters: int = 20_000_000
    memory_bytes: int = 1024 * 1024 * 1024
    cpu_seconds: int = 120
    wall_seconds: float = 240.0
    # Reading and drawing yields to the web server: a page on a phone is worth more than the next page of a robot.
    niceness: int = 10


class Failure(Enum):
    """Why a file could not be read, or not to its end."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    MISSING = "missing"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    NO_SUCH_PAGE = "no_such_page"
