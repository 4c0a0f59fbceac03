"""The registers in the warehouse: journal of fetches, load with history, and what others ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.fetch import Fetched, Known, Unchanged
from territoires.registers.source import Source
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import Runner, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from territoires.registers.parsed import Parsed
    from territoires.registers.suites import Outcome

_LOCK = 0x7E8803
"""First key of the advisory lock that lets one version of a register load at a time."""
_MESSAGE_LENGTH = 4000
_SAY_WHICH_COMMUNES = frozenset({Register.COMMUNES, Register.MOVEMENTS, Register.PASSAGE})
"""Registers from which the periods and successions of communes are calculated."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote, in rows; a version that says the same as the warehouse writes none."""

    added: int
    changed: int
    closed: int

    @property
    def rows(self) -> int:
        """Rows written in all."""
        return self.added + self.changed + self.closed


def known(connection: Connection, source: Source) -> Known | None:
    """Return what the last good fetch of *source* left, None if it was never loaded."""
    row = connection.execute(
        """
        select sha256, etag, last_modified from core.registre_version
        where registre = %s and source_url = %s and statut in ('charge', 'inchange')
        order by id_registre desc limit 1
        """,
        (source.register.value, source.address),
    ).fetchone()
    return Known(row["sha256"], row["etag"], row["last_modified"]) if row else None


def record_fetch(connection: Connection, source: Source, found: Fetched | Unchanged | str, before: Known | None) -> int:
    """Write one line of the journal of fetches: a new content, no change, or why the source failed; return its id."""
    facts: dict[str, Any] = dict.fromkeys(
        ("sha256", "taille_octets", "nom_fichier", "etag", "last_modified", "message")
    )
    if isinstance(found, str):
        facts |= {"statut": "echec", "message": found[:_MESSAGE_LENGTH]}
    elif isinstance(found, Unchanged):
        facts |= {"statut": "inchange", "sha256": before.sha256 if before else None, "message": found.reason}
        facts |= {"etag": found.etag, "last_modified": found.last_modified}
    else:
        facts |= {"statut": "recu", "sha256": found.sha256, "taille_octets": found.size, "nom_fichier": found.filename}
        facts |= {"etag": found.etag, "last_modified": found.last_modified}
    row = connection.execute(
        """
        insert into core.registre_version
        (registre, source_url, sha256, taille_octets, nom_fichier, etag, last_modified, statut, message)
        values (%(registre)s, %(source_url)s, %(sha256)s, %(taille_octets)s, %(nom_fichier)s, %(etag)s,
            %(last_modified)s, %(statut)s, %(message)s)
        returning id_registre
        """,
        facts | {"registre": source.register.value, "source_url": source.address},
    ).fetchone()
    return int(_one(row, "insert")["id_registre"])


def version(connection: Connection, id_registre: int) -> Row:
    """Return one line of the journal of fetches; LookupError if there is none."""
    row = connection.execute("select * from core.registre_version where id_registre = %s", (id_registre,)).fetchone()
    return _one(row, str(id_registre))


def rows_in_use(connection: Connection, register: Register, phase: int | None) -> int | None:
    """Return the number of records of the last version in use of a register (and phase), None if there is none."""
    row = connection.execute(
        "select lignes from core.registre_en_vigueur where registre = %s and phase is not distinct from %s",
        (register.value, phase),
    ).fetchone()
    return row["lignes"] if row else None


def record_parsed(connection: Connection, id_registre: int, parsed: Parsed, outcomes: Sequence[Outcome]) -> None:
    """Write what a file is and what each rule found in it."""
    warnings = [*parsed.warnings, *(one.text for one in outcomes if one.failed and one.severity == "warning")]
    connection.execute(
        """
        update core.registre_version
        set millesime = %s, phase = %s, lignes = %s, perimetres = %s, regles = %s, message = %s
        where id_registre = %s
        """,
        (
            parsed.millesime,
            parsed.phase,
            parsed.rows,
            parsed.perimeters,
            Jsonb([one.record() for one in outcomes]),
            " ; ".join(warnings)[:_MESSAGE_LENGTH] or None,
            id_registre,
        ),
    )


def record_refusal(connection: Connection, id_registre: int, reason: str) -> None:
    """Write why a version is not loaded; the one in use stays so."""
    connection.execute(
        "update core.registre_version set statut = 'refuse', message = %s where id_registre = %s",
        (reason[:_MESSAGE_LENGTH], id_registre),
    )


def load(connection: Connection, id_registre: int, tables: Mapping[str, pd.DataFrame]) -> Loaded:
    """Make *tables* what the warehouse says for their vintage, in one transaction, writing only what differs.

    Loading again a version that is loaded does nothing: a task may be killed after the commit.

    Raises:
        RefusedRegisterError: a later version of the same vintage is in use.
    """
    with connection.transaction():
        row = version(connection, id_registre)
        register = Register(row["registre"])
        connection.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, register.value))
        row = version(connection, id_registre)
        if row["statut"] == "charge":
            return Loaded(row["lignes_ajoutees"], row["lignes_modifiees"], row["lignes_closes"])
        _refuse_overtaken(connection, row)
        _run(connection, "core/registre_temporaires.sql")
        connection.execute(statement("core/registre_lot.sql"), row)
        for table, key in register.definition.tables.items():
            _load_vintage(connection, table, key, tables[table])
        for table in register.definition.histories:
            if table in tables:
                _copy(connection, f"nouveau_{table}", tables[table])
                _run(connection, f"core/registre_{table}.sql")
        loaded = _conclude(connection, row)
        if loaded.rows:
            _derive(connection, register)
        return loaded


def _derive(connection: Connection, register: Register) -> None:
    """Bring up to date what hangs on the rows of a register: the planner's statistics, the periods of communes."""
    definition = register.definition
    tables = [sql.Identifier("core", name) for name in (*definition.tables, *definition.histories)]
    connection.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join(tables)))
    if register in _SAY_WHICH_COMMUNES:
        connection.execute("call core.calculer_geographie()")


def _load_vintage(connection: Connection, table: str, key: Sequence[str], frame: pd.DataFrame) -> None:
    """Make the rows of one vintage in core.*table* those of *frame*, whose columns are named as there."""
    names = list(frame.columns)
    facts = [name for name in names if name not in key]

    def listed(form: LiteralString, columns: Sequence[str], between: LiteralString = ", ") -> sql.Composable:
        return sql.SQL(between).join(sql.SQL(form).format(sql.Identifier(name)) for name in columns)

    run = Runner(
        connection,
        {
            "cible": sql.Identifier("core", table),
            "colonnes": listed("{0}", names),
            "colonnes_cle": listed("{0}", key),
            "valeurs": listed("n.{0}", names),
            "meme_ligne": listed("a.{0} = n.{0}", key, " and "),
            "affectations": listed("{0} = excluded.{0}", facts),
            "faits": listed("a.{0}", facts),
            "faits_nouveaux": listed("excluded.{0}", facts),
        },
        {},
    )
    run("core/registre_depot.sql")
    _copy(connection, "nouveau", frame)
    run("core/registre_millesime.sql")


def _refuse_overtaken(connection: Connection, row: Row) -> None:
    """A run that was stuck must not put an old revision over a newer one."""
    later = connection.execute(
        """
        select id_registre from core.registre_version
        where courant and registre = %(registre)s and phase is not distinct from %(phase)s
            and millesime = %(millesime)s and id_registre > %(id_registre)s
        """,
        row,
    ).fetchone()
    if later:
        raise RefusedRegisterError(f"une révision plus récente du millésime {row['millesime']} est déjà chargée")


def _run(connection: Connection, name: str) -> None:
    """Send a file of several statements, which have no parameters."""
    connection.execute(statement(name))


def _copy(connection: Connection, table: LiteralString, frame: pd.DataFrame) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    values = frame.astype(object).where(frame.notna(), None)
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)) as copy,
    ):
        for record in values.itertuples(index=False, name=None):
            copy.write_row(record)


def _conclude(connection: Connection, row: Row) -> Loaded:
    """Make the version the one in use for its vintage, and write what the load changed."""
    connection.execute(
        """
        update core.registre_version set courant = false
        where courant and registre = %(registre)s and phase is not distinct from %(phase)s
            and millesime = %(millesime)s
        """,
        row,
    )
    done = connection.execute(
        """
        update core.registre_version set
            statut = 'charge', courant = true, chargee_le = clock_timestamp(),
            lignes_ajoutees = bilan.ajoutees, lignes_modifiees = bilan.modifiees, lignes_closes = bilan.closes
        from (
            select sum(ajoutees) as ajoutees, sum(modifiees) as modifiees, sum(closes) as closes from registre_bilan
        ) as bilan
        where id_registre = %(id_registre)s
        returning lignes_ajoutees, lignes_modifiees, lignes_closes
        """,
        row,
    ).fetchone()
    counts = _one(done, str(row["id_registre"]))
    return Loaded(counts["lignes_ajoutees"], counts["lignes_modifiees"], counts["lignes_closes"])


def _one(row: Row | None, what: str) -> Row:
    if row is None:
        raise LookupError(f"core.registre_version: {what} gave no row")
    return row
