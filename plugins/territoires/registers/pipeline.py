"""The three steps of a register: receive, validate, load. Each can be killed at any moment and run again.

They want a connection in autocommit: what the journal says stands even when the step fails; the load opens its own
transaction.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from upath import UPath

from territoires import storage
from territoires.registers import store
from territoires.registers.errors import FetchError, RefusedRegisterError
from territoires.registers.fetch import Timeout, Unchanged, fetch, published_on
from territoires.registers.source import Source
from territoires.storage import Place

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from territoires.inbox.archive import Archive
    from territoires.registers.parsed import Parsed
    from territoires.registers.store import Loaded
    from territoires.warehouse.engine import Connection

_log = logging.getLogger(__name__)

Reader = Callable[["Path", str, Source, date], "Parsed"]
"""``parse`` of a register's module: the archived file, its name at the source, the source, the day of publication."""


def receive(
    connection: Connection, source: Source, archive: Archive, *, force: bool = False, timeout: Timeout | None = None
) -> int | None:
    """Bring the source's file into the archive; return its id in core.registre_version, None if it did not change.

    *force* takes the file again although it did not change (after a correction of the reader).

    Raises:
        FetchError: the source failed; the journal of fetches says so, the register in use stays.
    """
    _need_autocommit(connection)
    before = None if force else store.known(connection, source)
    try:
        found = fetch(source.url, before, archive, timeout)
    except FetchError as error:
        store.record_fetch(connection, source, str(error), before)
        raise
    id_registre = store.record_fetch(connection, source, found, before)
    if isinstance(found, Unchanged):
        _log.info("%s: unchanged (%s)", source.register, found.reason)
        return None
    _log.info("%s: %d bytes received as version %d", source.register, found.size, id_registre)
    return id_registre


def validate(
    connection: Connection, source: Source, id_registre: int, archive: Archive, work_root: str | Place
) -> None:
    """Read an archived version, check it, leave its tables as Parquet below *work_root*.

    Raises:
        RefusedRegisterError: the file is not understood, or a rule of severity error fails; the journal says which.
    """
    _need_autocommit(connection)
    row = store.version(connection, id_registre)
    try:
        with archive.local(row["sha256"]) as path:
            parsed = _parse(
                path, row["nom_fichier"], source, published_on(row["last_modified"], row["recue_le"].date())
            )
        _check(connection, source, id_registre, parsed)
    except RefusedRegisterError as error:
        store.record_refusal(connection, id_registre, str(error))
        raise
    _save(_folder(work_root, id_registre), parsed)


def _check(connection: Connection, source: Source, id_registre: int, parsed: Parsed) -> None:
    from territoires.registers import suites

    previous = store.rows_in_use(connection, source.register, parsed.phase)
    outcomes = suites.check(parsed, source.bounds, previous)
    store.record_parsed(connection, id_registre, parsed, outcomes)
    errors = [one.text for one in outcomes if one.failed and one.severity == "error"]
    if errors:
        raise RefusedRegisterError(" ; ".join(errors))


def load(connection: Connection, source: Source, id_registre: int, archive: Archive, work_root: str | Place) -> Loaded:
    """Load a version that ``validate`` accepted, in one transaction; its work files are removed.

    The work area may be gone (another machine, a cleaned disk): the version is then read and checked again.

    Raises:
        RefusedRegisterError: it was refused, or a later revision of its vintage is in use.
    """
    _need_autocommit(connection)
    folder = _folder(work_root, id_registre)
    if not _saved(folder):
        validate(connection, source, id_registre, archive, work_root)
    try:
        loaded = store.load(connection, id_registre, _read(folder))
    except RefusedRegisterError as error:
        store.record_refusal(connection, id_registre, str(error))
        raise
    _clear(folder)
    _log.info("%s: version %d loaded, %s", source.register, id_registre, loaded)
    return loaded


def run(
    connection: Connection, source: Source, archive: Archive, work_root: str | Place, *, force: bool = False
) -> Loaded | None:
    """Do the three steps in one go, without a scheduler; None if the source did not change."""
    id_registre = receive(connection, source, archive, force=force)
    if id_registre is None:
        return None
    validate(connection, source, id_registre, archive, work_root)
    return load(connection, source, id_registre, archive, work_root)


def _need_autocommit(connection: Connection) -> None:
    """A journal line must outlive the failure that it tells; only the load is a transaction, its own."""
    if not connection.autocommit:
        raise ValueError("the registers want a connection in autocommit: connect(url, autocommit=True)")


def _parse(path: Path, filename: str, source: Source, published: date) -> Parsed:
    reader: Reader = importlib.import_module(f"territoires.registers.{source.register.definition.reader}").parse
    return reader(path, filename, source, published)


_DONE = "complet"
"""Written last: a folder without it was left by a step that was killed."""


def _folder(work_root: str | Place, id_registre: int) -> UPath:
    return storage.place(work_root) / "registres" / str(id_registre)


def _saved(folder: UPath) -> bool:
    return storage.exists(folder / _DONE)


def _save(folder: UPath, parsed: Parsed) -> None:
    for table, frame in parsed.tables.items():
        with storage.whole(folder / f"{table}.parquet") as path:
            frame.to_parquet(path, index=False)
    with storage.whole(folder / _DONE):
        pass


def _read(folder: UPath) -> dict[str, pd.DataFrame]:
    import pandas as pd

    tables = {}
    for name in sorted(name for name in storage.names(folder) if name.endswith(".parquet")):
        with storage.at_hand(folder / name) as path:
            tables[name.removesuffix(".parquet")] = pd.read_parquet(path)
    return tables


def _clear(folder: UPath) -> None:
    for name in (_DONE, *storage.names(folder)):
        storage.remove(folder / name)
    if storage.is_local(folder):
        folder.rmdir()
