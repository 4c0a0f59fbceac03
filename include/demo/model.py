"""What the demonstration is made of, as plain values: files to drop, registers to fetch, and what must come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

Value = str | int | bool | date | Decimal | None
"""One cell before it is written in the operator's manner; amounts are euros as Decimal with two decimals."""

Row = dict[str, Value]
"""One line of a delivery, by the names of its contract's columns."""

Status = Literal["chargee", "chargee_partiellement", "refusee", "remplacee", "doublon"]
"""The state in which ``journal.livraison.statut`` must end."""

Decision = Literal["approuvee", "rejetee"]
"""What an engineer answers when a delivery is held."""

COUNTED_APART = 12
"""Inhabitants of each made commune who are in its total population and not in its municipal one."""

MARK = "DÉMONSTRATION"
"""Stands in every invented company, operation and place, so that nobody takes them for facts."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A made commune; its code has the form of INSEE's but a number that no real commune bears."""

    code: str
    name: str
    department: str
    region: str
    siren: str
    population: int

    @property
    def counted(self) -> int:
        """Municipal population: without those counted apart, who live elsewhere most of the time."""
        return self.population - COUNTED_APART


@dataclass(frozen=True, slots=True)
class Epci:
    """An intercommunality, or an EPT, and its communes; ``real`` for the four of Val de Lorraine, named as they are."""

    siren: str
    name: str
    legal_form: str
    communes: tuple[Commune, ...]
    real: bool = False

    @property
    def population(self) -> int:
        """Inhabitants, all communes together."""
        return sum(commune.population for commune in self.communes)


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory of the programme at 05/03/2019."""

    id_ti: str
    label: str
    pilot: bool
    joined: date
    epcis: tuple[Epci, ...]
    listed_by_commune: bool
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Basin:
    """A made employment area: communes, of one department or of two, that follow no limit of a territory."""

    code: str
    name: str
    communes: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A commune before or after a movement: its kind (COM, COMD), code and name."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of INSEE's movements; ``way`` is its code of what happened (32 is a new commune made of several)."""

    way: str
    day: date
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Country:
    """The made France of 2019: what is in the territories, and the rest around them.

    ``epcis`` are those that raise taxes, the métropole included; ``epts`` are parts of it. ``alone`` are communes of no
    EPCI, ``unplaced`` communes of no employment area. ``movements`` came before 2019, ``passage`` leads from each code
    that they ended to the one of 2019, ``delegates`` are the former communes that those of 2019 still contain.
    """

    epcis: tuple[Epci, ...]
    epts: tuple[Epci, ...]
    alone: tuple[Commune, ...]
    basins: tuple[Basin, ...]
    unplaced: tuple[Commune, ...]
    movements: tuple[Movement, ...]
    passage: Mapping[str, str]
    delegates: Mapping[State, str]

    @property
    def communes(self) -> tuple[Commune, ...]:
        """Every commune of 2019, by code."""
        members = [commune for epci in self.epcis for commune in epci.communes]
        return tuple(sorted((*members, *self.alone), key=lambda commune: commune.code))


@dataclass(frozen=True, slots=True)
class Registers:
    """The made registers, in the published formats.

    ``files`` by the register's name; ``vintages`` what their addresses must say of them, where their names do not
    (``phase=1&millesime=2019-03-05``); ``announced`` is the list of territories of 22/11/2018 (124).
    """

    files: Mapping[str, Path]
    vintages: Mapping[str, str]
    announced: Path

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each register, by its name, as ``TI_REGISTER_<NAME>_URL`` wants it."""
        return {name: f"{path.as_uri()}#{self.vintages[name]}" for name, path in self.files.items()}


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file to drop: ``path`` is where it lies, ``name`` the name under which the operator drops it.

    ``expected_status`` is the final ``statut`` in the journal if all files are dropped in order into an empty
    warehouse; ``refused_rows`` the number of rows that go to quarantine (None where the file loads nothing at all);
    ``kind`` names the defect, ``sain`` for a file as it should be; ``why`` says it in French. ``decision`` is set for a
    file that a ceiling holds.
    """

    path: Path
    operator: str
    delivery: str
    name: str
    expected_status: Status
    why: str
    kind: str = "sain"
    rows: int | None = None
    refused_rows: int | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the warehouse must hold once everything is dropped: current rows by delivery ``operateur/livraison``.

    ``fetched`` are the rows that come beside them from the files that the platform fetches by itself.
    """

    territories: tuple[Territory, ...] = ()
    current: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    fetched: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Demo:
    """A whole demonstration: registers, files in drop order, and the ledger of what they must lead to.

    ``needs`` is the yearly file of recruitment needs (BMO) that is fetched at its address instead of being dropped.
    """

    registers: Registers
    country: Country
    files: tuple[DemoFile, ...]
    needs: DemoFile
    ledger: Ledger
