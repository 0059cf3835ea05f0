"""主机计数 Counts that all workers of a host share, so that whichever of them is asked gives one answer.

They are a table of numbers in a file that every worker maps, and begin anew when the service starts.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path

_NUMBER = struct.Struct("<q")


class HostCounts:
    """A count by name. Close it to let go of the file."""

    def __init__(self, file: Path, names: Sequence[str]) -> None:
        self._names = tuple(names)
        size = len(self._names) * _NUMBER.size
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size != size:
            os.ftruncate(self._file, size)
        self._table = mmap.mmap(self._file, size)

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()
        os.close(self._file)

    def add(self, name: str) -> None:
        """Count one more."""
        offset = self._names.index(name) * _NUMBER.size
        fcntl.lockf(self._file, fcntl.LOCK_EX, _NUMBER.size, offset)
        try:
            _NUMBER.pack_into(self._table, offset, _NUMBER.unpack_from(self._table, offset)[0] + 1)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _NUMBER.size, offset)

    def read(self) -> dict[str, int]:
        """The counts that are not 0."""
        counts = (number for (number,) in _NUMBER.iter_unpack(self._table[:]))
        return {name: count for name, count in zip(self._names, counts, strict=True) if count}

    def clear(self) -> None:
        """Begin anew."""
        self._table[:] = bytes(len(self._table))
