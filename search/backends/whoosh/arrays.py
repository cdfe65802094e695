"""Files of named numpy arrays, read in place: what is not looked at is never copied and never even loaded.

A file is a magic number, the arrays at offsets that are multiples of eight, a directory in JSON, and at its end where
the directory lies. There is no code in it. All numbers are little-endian.
"""

import json
import mmap
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
Arrays = Mapping[str, Numbers]

_MAGIC = b"EIAarr01"
_TAIL = struct.Struct("<QQ8s")
_ALIGNMENT = 8


class DamagedArraysError(Exception):
    """A file is not what the writer below leaves behind."""


class ArrayWriter:
    """Writes groups of arrays; an array may come in pieces, one array after another."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._directory: dict[str, dict[str, tuple[int, str, int]]] = {}
        file.write(_MAGIC)
        self._at = len(_MAGIC)

    def add(self, group: str, name: str, pieces: Iterator[Numbers]) -> None:
        """Write an array given as pieces of one type."""
        self._put(bytes(-self._at % _ALIGNMENT))
        start, kind, length = self._at, np.dtype("u1"), 0
        for piece in pieces:
            kind, length = piece.dtype.newbyteorder("<"), length + len(piece)
            self._put(np.ascontiguousarray(piece, kind).data.cast("B"))
        self._directory.setdefault(group, {})[name] = (start, kind.str, length)

    def add_group(self, group: str, arrays: Arrays) -> None:
        """Write whole arrays."""
        for name, array in arrays.items():
            self.add(group, name, iter((array,)))

    def finish(self) -> None:
        """Write the directory; the file stays open."""
        start, directory = self._at, json.dumps(self._directory).encode()
        self._put(directory)
        self._put(_TAIL.pack(start, len(directory), _MAGIC))

    def _put(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._at += len(data)


class ArrayFile:
    """The arrays of a file, mapped into memory. They stay valid when the file is deleted."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._bytes = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
                start, length, magic = _TAIL.unpack(self._bytes[-_TAIL.size :].tobytes())
                if magic != _MAGIC:
                    raise ValueError(magic)
                self._directory = json.loads(self._bytes[start : start + length].tobytes())
            except (ValueError, struct.error) as error:
                raise DamagedArraysError(f"{path.name} is incomplete or of another kind") from error

    def groups(self) -> tuple[str, ...]:
        """Return the names of the groups."""
        return tuple(self._directory)

    def group(self, name: str) -> Arrays:
        """Return the arrays of a group."""
        return {part: self._view(*place) for part, place in self._directory[name].items()}

    def _view(self, start: int, kind: str, length: int) -> Numbers:
        dtype = np.dtype(kind)
        return self._bytes[start : start + length * dtype.itemsize].view(dtype)
