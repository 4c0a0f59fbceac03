import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from territoires.inbox import Archive, StillGrowing, claim_stable_files, scan
from territoires.inbox.folders import stable_files
from territoires.inbox.model import CLAIMED, is_temporary

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def drop(folder: Path, name: str, age_s: float, content: bytes = b"x") -> Path:
    path = folder / name
    path.write_bytes(content)
    written = (NOW - timedelta(seconds=age_s)).timestamp()
    os.utime(path, (written, written))
    return path


def names(folder: Path) -> list[str]:
    return [path.name for path in stable_files(folder, NOW)]


def test_files_come_oldest_first_and_young_ones_wait(tmp_path: Path) -> None:
    drop(tmp_path, "b.csv", 10)
    drop(tmp_path, "a.csv", 5)
    drop(tmp_path, "jeune.csv", 1)
    assert names(tmp_path) == ["b.csv", "a.csv"]


def test_a_file_dated_in_the_future_is_not_lost(tmp_path: Path) -> None:
    drop(tmp_path, "horloge-en-avance.csv", -3600)
    assert names(tmp_path) == ["horloge-en-avance.csv"]


@pytest.mark.parametrize("name", [".cache", "~$export.xlsx", "export.csv.part", "export.CSV.FILEPART", "x.tmp"])
def test_names_that_tools_give_to_unfinished_files_are_passed_over(tmp_path: Path, name: str) -> None:
    drop(tmp_path, name, 10)
    assert is_temporary(name)
    assert names(tmp_path) == []


def test_folders_and_pipes_are_not_files(tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir()
    os.mkfifo(tmp_path / "tube")
    later = NOW + timedelta(days=20_000)
    assert stable_files(tmp_path, later) == []


def test_an_absent_folder_holds_nothing(tmp_path: Path) -> None:
    assert claim_stable_files(tmp_path / "absent", NOW) == []


def test_a_claimed_file_leaves_the_folder_and_keeps_its_name(tmp_path: Path) -> None:
    drop(tmp_path, "mars 2019.csv", 10)
    [claim] = claim_stable_files(tmp_path, NOW)
    assert claim.name == "mars 2019.csv"
    assert claim.path == tmp_path / CLAIMED / str(claim.key) / "mars 2019.csv"
    assert names(tmp_path) == []


def test_a_claim_left_by_a_killed_run_is_found_again_with_the_same_key(tmp_path: Path) -> None:
    drop(tmp_path, "un.csv", 10)
    before = claim_stable_files(tmp_path, NOW)
    drop(tmp_path, "deux.csv", 8)
    after = claim_stable_files(tmp_path, NOW)
    assert after[0] == before[0]
    assert [claim.name for claim in after] == ["un.csv", "deux.csv"]


def test_a_file_that_its_operator_takes_back_between_listing_and_claim_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, there = drop(tmp_path, "repris.csv", 10), drop(tmp_path, "un.csv", 8)
    found = stable_files(tmp_path, NOW)
    gone.unlink()
    monkeypatch.setattr("territoires.inbox.folders.stable_files", lambda *_: found)
    [claim] = claim_stable_files(tmp_path, NOW)
    assert claim.name == there.name
    assert [place.name for place in (tmp_path / CLAIMED).iterdir()] == [str(claim.key)]


def test_one_folder_that_cannot_be_read_hides_no_other_from_a_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for operator in ("bpifrance", "programme"):
        (tmp_path / operator / "referents").mkdir(parents=True)
        drop(tmp_path / operator / "referents", "un.csv", 10)

    def refuse(folder: Path, *rest: object) -> list[Path]:
        if folder.parent.name == "bpifrance":
            raise PermissionError
        return real(folder, *rest)  # type: ignore[arg-type]

    real = stable_files
    monkeypatch.setattr("territoires.inbox.folders.stable_files", refuse)
    assert list(scan(tmp_path, NOW)) == ["programme/referents/un.csv"]


def test_a_folder_left_by_a_claim_killed_before_its_rename_is_no_claim(tmp_path: Path) -> None:
    (tmp_path / CLAIMED / "0b0b3f6e-2a51-4a3c-9a63-0d9e33a8c111").mkdir(parents=True)
    assert claim_stable_files(tmp_path, NOW) == []
    assert list((tmp_path / CLAIMED).iterdir()) == []


def test_the_longest_name_that_a_disk_takes_is_claimed(tmp_path: Path) -> None:
    name = "n" * 251 + ".csv"
    drop(tmp_path, name, 10)
    assert [claim.name for claim in claim_stable_files(tmp_path, NOW)] == [name]


def test_a_deposit_tells_content_and_date_and_can_be_discarded_twice(tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    drop(inbound, "un.csv", 10, b"contenu")
    [claim] = claim_stable_files(inbound, NOW)
    archive = Archive(tmp_path / "archive")
    taken = claim.deposit("bpifrance", "referents", archive)
    assert (taken.name, taken.size, taken.link) == ("un.csv", 7, False)
    assert taken.modified_at == NOW - timedelta(seconds=10)
    assert archive.path(taken.sha256).read_bytes() == b"contenu"
    claim.discard(taken)
    claim.discard(taken)
    assert list(inbound.rglob("*.csv")) == []


def test_a_file_that_its_writer_goes_on_with_comes_back_whole(tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    drop(inbound, "un.csv", 10, b"debut")
    [claim] = claim_stable_files(inbound, NOW)
    taken = claim.deposit("bpifrance", "referents", Archive(tmp_path / "archive"))
    with claim.path.open("ab") as late:
        late.write(b" et suite")
    claim.discard(taken)
    assert (inbound / "un.csv").read_bytes() == b"debut et suite"


def test_a_left_claim_that_still_grows_waits_like_any_file(tmp_path: Path) -> None:
    drop(tmp_path, "un.csv", 10)
    [claim] = claim_stable_files(tmp_path, NOW)
    os.utime(claim.path, (NOW.timestamp() - 1,) * 2)
    assert claim_stable_files(tmp_path, NOW) == []


def test_a_symbolic_link_is_archived_as_a_link_and_never_followed(tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"mot de passe")
    (inbound / "lien.csv").symlink_to(secret)
    [claim] = claim_stable_files(inbound, datetime.now(UTC) + timedelta(minutes=1))
    archive = Archive(tmp_path / "archive")
    taken = claim.deposit("bpifrance", "referents", archive)
    assert taken.link
    assert archive.path(taken.sha256).read_bytes() == str(secret).encode()
    claim.discard(taken)
    assert secret.read_bytes() == b"mot de passe"


def test_a_file_that_grows_while_it_is_read_stays_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    drop(inbound, "un.csv", 10, b"debut")
    [claim] = claim_stable_files(inbound, NOW)
    archive = Archive(tmp_path / "archive")
    store = archive.store

    def store_while_it_grows(stream: object) -> object:
        stored = store(stream)  # type: ignore[arg-type]
        with claim.path.open("ab") as growing:
            growing.write(b" et suite")
        return stored

    monkeypatch.setattr(archive, "store", store_while_it_grows)
    with pytest.raises(StillGrowing):
        claim.deposit("bpifrance", "referents", archive)
    assert claim.path.read_bytes() == b"debut et suite"
