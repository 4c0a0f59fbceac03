"""The files of tests/fixtures are what their script makes, and reading says of each what its manifest promises."""

from __future__ import annotations

import io
import zipfile

import pytest
import yaml

from territoires.contracts.loader import load_all
from territoires.reading import Reading, UnreadableFile, broken_row_anomaly, convert, read
from territoires.reading.errors import CODES
from tests.fixtures.make_fixtures import FOLDER, make_fixtures, manifest
from tests.fixtures.making import Fixture

FIXTURES = make_fixtures()
CONTRACTS = load_all()
BY_CELL = {"type", "formule"}


def content(data: bytes) -> object:
    """Bytes, or for a zip its entries: the same text may be deflated otherwise by another zlib."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info.orig_filename, info.file_size, info.CRC, info.flag_bits) for info in archive.infolist()]
    except zipfile.BadZipFile:
        return data[:20] if data.startswith(b"PK") else data


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path)
def test_committed_files_are_those_that_the_script_makes(fixture: Fixture) -> None:
    assert content((FOLDER / fixture.path).read_bytes()) == content(fixture.content)


def test_the_manifest_and_the_folders_hold_the_same_files() -> None:
    assert (FOLDER / "expected.yaml").read_text(encoding="utf-8") == manifest(FIXTURES)
    named = set(yaml.safe_load(manifest(FIXTURES)))
    there = {
        str(path.relative_to(FOLDER))
        for folder in ("good", "bad")
        for path in (FOLDER / folder).rglob("*")
        if path.is_file()
    }
    assert there == named


def test_files_are_small_and_all_different() -> None:
    assert max(len(fixture.content) for fixture in FIXTURES) < 200_000
    assert len({fixture.content for fixture in FIXTURES}) == len(FIXTURES)


def outcome(fixture: Fixture) -> Reading | UnreadableFile:
    others = tuple(CONTRACTS.values())
    try:
        return read(FOLDER / fixture.path, fixture.name, CONTRACTS[fixture.target], None, others)
    except UnreadableFile as error:
        return error


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path)
def test_reading_says_what_the_manifest_promises(fixture: Fixture) -> None:
    found = outcome(fixture)
    if isinstance(found, UnreadableFile):
        assert [item.code for item in found.anomalies] == list(fixture.codes)
        assert (fixture.exit, fixture.accepted) == (1, 0)
        return
    broken = [broken_row_anomaly(row).code for row in found.broken]
    frame = convert(found, CONTRACTS[fixture.target])
    assert [item.code for item in found.anomalies] == list(fixture.warnings)
    assert broken == [code for code in fixture.codes if code in CODES]
    assert found.raw.num_rows + len(broken) == fixture.accepted + fixture.refused
    flagged = int(frame[[name for name in frame if "__" in name]].any(axis=1).sum())
    assert bool(flagged) == bool(BY_CELL & set(fixture.codes))
    assert flagged <= fixture.refused
