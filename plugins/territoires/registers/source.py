"""Where a register comes from: its address and what the address alone can say (vintage, phase)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.fetch import check_address

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:0101)?(20\d{2})(?!\d)")
"""A year, or 1 January of one as INSEE wrote it in 2019 (communes-01012019.csv)."""
_DAY = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_GEOGRAPHY = re.compile(r"\bau 0?1(?:er)?[/ -](?:0?1|janvier)[/ -](20\d{2})(?!\d)", re.IGNORECASE)
_VERSION = re.compile(r"(?<![a-z0-9])v\d{3}(?!\d)")
_OPTIONS = ("millesime", "phase", "lignes_min", "lignes_max")


@dataclass(frozen=True, slots=True)
class Source:
    """One configured file.

    Attributes:
        register: what it is a version of.
        address: address as configured, fragment included; a change of options makes another source.
        url: address without its fragment, ``https://``, ``http://`` or ``file://``.
        millesime: vintage given by the configuration, ISO date (territories), version (occupations) or year.
        phase: phase of the programme given by the configuration; None leaves it to the shape of the file.
        lignes_min: fewest plausible rows, where the file is not the whole country; None for ``bounds``' default.
        lignes_max: most plausible rows; None for ``bounds``' default.
    """

    register: Register
    address: str
    url: str
    millesime: str | None = None
    phase: int | None = None
    lignes_min: int | None = None
    lignes_max: int | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """Fewest and most plausible records. A local file may be an excerpt; what the network gives is the whole."""
        low, high = self.register.definition.plausible
        if self.url.startswith("file:"):
            low = 1
        return self.lignes_min or low, self.lignes_max or high


def sources(register: Register, setting: str | None) -> tuple[Source, ...]:
    """Return the sources that a setting lists, in its order.

    The setting is addresses separated by white space. What a published file does not say is said in the address's
    fragment, which is never sent to the server: ``https://…/v_commune.csv#millesime=2024``,
    ``file:///…/ti.geojson#phase=2&millesime=2023-11-14``.

    Raises:
        ValueError: an address has another scheme, holds a password, or its fragment an unknown option.
    """
    return tuple(source(register, address) for address in (setting or "").split())


def source(register: Register, address: str) -> Source:
    """Return the source at one address; ValueError as ``sources``."""
    parts = urlsplit(address)
    name = register.variable
    try:
        check_address(address)
    except ValueError as error:
        raise ValueError(f"{name} : {error}") from error
    options = dict(parse_qsl(parts.fragment, strict_parsing=True)) if parts.fragment else {}
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown:
        raise ValueError(f"{name} : options inconnues {', '.join(unknown)} ; connues : {', '.join(_OPTIONS)}")
    numbers = {key: int(value) for key, value in options.items() if key != "millesime"}
    millesime = options.get("millesime")
    if millesime is not None:
        _check_millesime(register, millesime)
    return Source(
        register=register,
        address=address,
        url=urlunsplit(parts._replace(fragment="")),
        millesime=millesime,
        phase=numbers.get("phase"),
        lignes_min=numbers.get("lignes_min"),
        lignes_max=numbers.get("lignes_max"),
    )


def _check_millesime(register: Register, millesime: str) -> None:
    """Raise ValueError unless *millesime* names a vintage as the register's are named."""
    if register.definition.vintage == "jour":
        date.fromisoformat(millesime)
    elif register.definition.vintage == "version":
        if not _VERSION.fullmatch(millesime):
            raise ValueError(f"{register.variable} : version « {millesime} », la forme v460 est attendue")
    elif not _YEAR.fullmatch(millesime):
        raise ValueError(f"{register.variable} : millésime « {millesime} », une année à quatre chiffres est attendue")


def year_of(source: Source, filename: str) -> str:
    """Return the vintage of a file that does not hold it: the configured one, else the year in its name.

    Raises:
        RefusedRegisterError: there is no year in the name, or there are several.
    """
    if source.millesime:
        return source.millesime
    years: list[str] = sorted(set(_YEAR_IN_NAME.findall(filename)))
    if len(years) != 1:
        found = ", ".join(years) or "aucune"
        raise RefusedRegisterError(
            f"millésime introuvable dans le nom « {filename} » (années trouvées : {found}) : "
            f"ajouter #millesime=AAAA à l'adresse dans {source.register.variable}"
        )
    return years[0]


def vintage_of(source: Source, filename: str, years: Collection[str], geography: str = "") -> str:
    """Return the vintage of a file that may hold it: the year of its columns, of its title, or as ``year_of``.

    Args:
        source: where the file comes from.
        filename: its name at the source.
        years: years in the names of its columns.
        geography: title that may say « Géographie au 01/01/2023 », as INSEE's do.

    Raises:
        RefusedRegisterError: several years, another than the configured one, or none at all.
    """
    found = sorted(years) or sorted(set(_GEOGRAPHY.findall(geography)))
    if not found:
        return year_of(source, filename)
    if len(found) > 1:
        raise RefusedRegisterError(f"« {filename} » : années {', '.join(found)} dans les colonnes, une attendue")
    if source.millesime not in {None, found[0]}:
        raise RefusedRegisterError(f"le fichier décrit {found[0]}, la configuration annonce {source.millesime}")
    return found[0]


def version_of(source: Source, filename: str) -> str:
    """Return the version of a list of occupations: the configured one, else the one in its name (…_v460_utf8.csv).

    Raises:
        RefusedRegisterError: there is no version in the name, or there are several.
    """
    if source.millesime:
        return source.millesime
    versions: list[str] = sorted(set(_VERSION.findall(filename.lower())))
    if len(versions) != 1:
        found = ", ".join(versions) or "aucune"
        raise RefusedRegisterError(
            f"version introuvable dans le nom « {filename} » (trouvées : {found}) : "
            f"ajouter #millesime=v460 à l'adresse dans {source.register.variable}"
        )
    return versions[0]


def day_of(source: Source, filename: str, published: date) -> str:
    """Return the date of a list of territories: configured, else in its name (2023-11-14, 20231114), else *published*.

    *published* is the day of the Last-Modified header, or of the reception where there is none.
    """
    return stated_day(source, filename) or published.isoformat()


def stated_day(source: Source, filename: str) -> str | None:
    """Return the date of a list of territories that its configuration or its name states, None if neither does."""
    if source.millesime:
        return source.millesime
    days = {"-".join(found) for found in _DAY.findall(filename)}
    return date.fromisoformat(days.pop()).isoformat() if len(days) == 1 else None
