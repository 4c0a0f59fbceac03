"""A way to read bytes as if an operator had dropped them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reading_samples import FIELDS, contract

from territoires.contracts.model import Contract
from territoires.reading import Limits, Reading, UnreadableFile, read

ReadBytes = Callable[..., Reading]


@pytest.fixture
def small() -> Contract:
    return contract(FIELDS)


@pytest.fixture
def read_bytes(tmp_path: Path, small: Contract) -> ReadBytes:
    def go(
        content: bytes | str,
        filename: str = "fichier.csv",
        expected: Contract = small,
        others: Sequence[Contract] = (),
        limits: Limits | None = None,
    ) -> Reading:
        path = tmp_path / "depose"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, filename, expected, limits, others)

    return go


@pytest.fixture
def refusal(read_bytes: ReadBytes) -> Callable[..., UnreadableFile]:
    def go(content: bytes | str, *args: object, **facts: object) -> UnreadableFile:
        with pytest.raises(UnreadableFile) as caught:
            read_bytes(content, *args, **facts)
        return caught.value

    return go
