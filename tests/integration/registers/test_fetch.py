"""Fetching over real HTTP on loopback, and from files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from territoires.inbox.archive import Archive
from territoires.registers import fetch as module
from territoires.registers.errors import FetchError
from territoires.registers.fetch import Fetched, Known, Timeout, Unchanged, fetch
from tests.integration.registers.server import Site, serving

QUICK = Timeout(connect=1, read=0.5, total=1)
DAY = "Tue, 14 Nov 2023 08:00:00 GMT"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(body=b"contenu" * 1000, etag='"v1"', modified=DAY)) as found:
        yield found


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def contents(archive: Archive) -> list[bytes]:
    return [Path(path).read_bytes() for path in Path(archive.root).rglob("*") if Path(path).is_file()]


def test_a_new_file_is_archived_with_its_validators(site: Site, archive: Archive) -> None:
    found = fetch(site.url(), None, archive)
    sha256 = hashlib.sha256(site.body).hexdigest()
    assert found == Fetched(sha256, len(site.body), "liste.geojson", '"v1"', DAY)
    assert contents(archive) == [site.body]
    assert "if-none-match" not in site.asked[0]


@pytest.mark.parametrize("known", [Known("0" * 64, etag='"v1"'), Known("0" * 64, last_modified=DAY)])
def test_304_is_unchanged_without_a_body(site: Site, archive: Archive, known: Known) -> None:
    assert fetch(site.url(), known, archive) == Unchanged("etag_ou_date", '"v1"', DAY)
    assert contents(archive) == []
    assert site.asked[0].get("if-none-match") == known.etag
    assert site.asked[0].get("if-modified-since") == known.last_modified


def test_a_server_without_validators_is_compared_by_content(site: Site, archive: Archive) -> None:
    site.etag = site.modified = None
    known = Known(hashlib.sha256(site.body).hexdigest(), etag='"v1"')
    assert fetch(site.url(), known, archive) == Unchanged("contenu", None, None)
    site.body += b"+"
    assert isinstance(fetch(site.url(), known, archive), Fetched)


def test_a_server_that_compresses_all_the_same(site: Site, archive: Archive) -> None:
    site.fault = "gzip"
    fetch(site.url(), None, archive)
    assert contents(archive) == [site.body]


def test_the_name_is_that_of_the_final_address(site: Site, archive: Archive) -> None:
    """data.gouv.fr's stable addresses redirect to the dated file: its name holds the vintage."""
    site.fault = "redirection"
    found = fetch(site.url("r/1234"), None, archive)
    assert isinstance(found, Fetched)
    assert found.filename == "liste_2023.csv"


@pytest.mark.parametrize(
    ("fault", "transient", "message"),
    [
        ("500", True, "réponse 500"),
        ("429", True, "réponse 429"),
        ("404", False, "réponse 404"),
        ("tronque", True, "liste.geojson"),
        ("morceau_coupe", True, "liste.geojson"),
        ("boucle", False, "redirections"),
        ("muet", True, "Timeout"),
        ("lent", True, "trop lente"),
    ],
)
def test_faults_leave_nothing_in_the_archive(
    site: Site, archive: Archive, fault: str, transient: bool, message: str
) -> None:
    site.fault = fault
    started = time.monotonic()
    with pytest.raises(FetchError, match=message) as caught:
        fetch(site.url(), None, archive, QUICK)
    assert caught.value.transient is transient
    assert contents(archive) == []
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("fault", [None, "sans_longueur"])
def test_a_body_too_large_is_stopped(
    site: Site, archive: Archive, monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    site.fault = fault
    with pytest.raises(FetchError, match="100"):
        fetch(site.url(), None, archive)
    assert contents(archive) == []


def test_no_server(archive: Archive) -> None:
    with pytest.raises(FetchError) as caught:
        fetch("http://127.0.0.1:1/liste", None, archive, QUICK)
    assert caught.value.transient


def test_files_are_compared_by_content(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "Liste des territoires 2023.csv"
    path.write_bytes(b"a,b")
    found = fetch(path.as_uri(), None, archive)
    assert isinstance(found, Fetched)
    assert (found.size, found.filename) == (3, path.name)
    path.touch()
    assert isinstance(fetch(path.as_uri(), Known(found.sha256), archive), Unchanged)
    path.write_bytes(b"a,c")
    assert isinstance(fetch(path.as_uri(), Known(found.sha256), archive), Fetched)
    path.unlink()
    with pytest.raises(FetchError, match="Liste des territoires"):
        fetch(path.as_uri(), None, archive)
