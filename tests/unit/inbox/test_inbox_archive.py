import hashlib
import io
from pathlib import Path

import pytest

from territoires.inbox import Archive


class CutOff(io.BytesIO):
    """A source that breaks after its first block, as a network share does."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("the share is gone")
        return super().read(min(size or 4, 4))


def test_content_is_kept_under_its_hash_and_read_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    content = b"id_operation;id_ti\r\n" * 100_000
    stored = archive.store(io.BytesIO(content))
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    with archive.local(stored.sha256) as path:
        assert path == tmp_path / stored.sha256[:2] / stored.sha256
        assert path.read_bytes() == content


def test_the_same_content_twice_is_one_file_left_untouched(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.store(io.BytesIO(b"contenu"))
    place = Path(archive.path(first.sha256))
    inode = place.stat().st_ino
    assert archive.store(io.BytesIO(b"contenu")) == first
    assert place.stat().st_ino == inode
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [place]


def test_a_source_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with pytest.raises(OSError, match="the share is gone"):
        archive.store(CutOff(b"12345678"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
