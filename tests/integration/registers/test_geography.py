"""Communes through time in small worlds of our own: what the registers say, and what follows for a code and a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import psycopg
import pytest

from territoires.registers import store
from territoires.registers.places import Place, place_of
from territoires.warehouse.engine import Connection
from tests.conftest import Entrepot


@dataclass(frozen=True)
class World:
    """Registers written row by row; ``settle`` calculates what follows."""

    connection: Connection

    def version(self, register: str, vintage: str, phase: int | None = None) -> int:
        row = self.connection.execute(
            "insert into core.registre_version"
            " (registre, phase, millesime, source_url, sha256, lignes, statut, courant)"
            " values (%s, %s, %s, 'file:///essai', repeat('0', 64), 1, 'charge', true)"
            " on conflict (registre, coalesce(phase, 0::smallint), millesime) where courant do update set lignes = 1"
            " returning id_registre",
            (register, phase, vintage),
        ).fetchone()
        assert row is not None
        return int(row["id_registre"])

    def write(self, table: str, register: str, year: int, columns: str, rows: Sequence[Sequence[object]]) -> None:
        values = ", ".join(["%s"] * (len(rows[0]) + 2))
        statement = f"insert into core.{table} (millesime, id_registre, {columns}) values ({values})"
        number = self.version(register, str(year))
        with self.connection.cursor() as cursor:
            cursor.executemany(statement, [(str(year), number, *row) for row in rows])  # type: ignore[arg-type]

    def communes(self, year: int, *whole: str, parts: Sequence[tuple[str, str]] = ()) -> None:
        """Communes of a COG, as « 01001 » or « 01001 Name », and its delegated communes with their commune."""
        rows: list[tuple[object, ...]] = [
            ("COM", one[:5], one[6:] or f"Commune {one[:5]}", one[:2], "84", None) for one in whole
        ]
        rows += [("COMD", part, f"Commune {part}", None, None, parent) for part, parent in parts]
        columns = "type_commune, code_commune, libelle, code_departement, code_region, code_parent"
        self.write("commune", "communes", year, columns, rows)

    def movements(self, year: int, *rows: str) -> None:
        """Movements as « 2016-01-01 32 COM 01002 > COM 01001 »."""
        cells = [row.replace("> ", "").split() for row in rows]
        named = [(*before[:4], f"Commune {before[3]}", *before[4:], f"Commune {before[5]}") for before in cells]
        columns = "date_effet, modalite, type_avant, code_avant, libelle_avant, type_apres, code_apres, libelle_apres"
        self.write("mouvement_commune", "mouvements", year, columns, named)

    def passage(self, year: int, *pairs: tuple[str, str]) -> None:
        self.write("passage_commune", "passage", year, "code_ancien, code_courant", pairs)

    def epci(self, year: int, members: dict[str, Sequence[str]]) -> None:
        named = [(siren, f"CC {siren}", len(codes)) for siren, codes in members.items()]
        self.write("epci", "epci", year, "siren, raison_sociale, nb_membres", named)
        rows = [(siren, code, f"Commune {code}") for siren, codes in members.items() for code in codes]
        self.write("epci_commune", "epci", year, "siren, code_commune, nom_commune", rows)

    def territory(self, phase: int, id_ti: str, start: str, end: str | None = None) -> None:
        number = self.version("territoires", start, phase)
        self.connection.execute(
            "insert into core.territoire (phase, id_ti, libelle, valide_de, valide_a, id_registre)"
            " values (%s, %s, %s, %s, %s, %s)",
            (phase, id_ti, f"Territoire {id_ti} de {phase}", start, end, number),
        )

    def perimeter(self, phase: int, id_ti: str, start: str, end: str | None, *codes: str) -> None:
        number = self.version("territoires", start, phase)
        for code in codes:
            self.connection.execute(
                "insert into core.territoire_perimetre"
                " (phase, id_ti, type_maille, code, libelle, valide_de, valide_a, id_registre)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (phase, id_ti, "epci" if len(code) == 9 else "commune", code, code, start, end, number),
            )

    def settle(self) -> None:
        self.connection.execute("call core.calculer_geographie()")

    def periods(self, code: str) -> list[tuple[str, str | None]]:
        rows = self.connection.execute(
            "select valide_de::text as de, valide_a::text as a from core.commune_periode"
            " where code_commune = %s order by valide_de",
            (code,),
        )
        return [(row["de"], row["a"]) for row in rows]

    def place(self, code: str, day: str) -> Place:
        return place_of(self.connection, code, date.fromisoformat(day))

    def at(self, code: str, day: str) -> str | None:
        return self.place(code, day).code_commune


@pytest.fixture
def world(entrepot_du_module: Entrepot) -> Iterator[World]:
    with entrepot_du_module.connect("loader", autocommit=True) as connection:
        yield World(connection)
    # Emptied for the next world: a database of its own would cost each of them more than what it looks at.
    with entrepot_du_module.connect("owner") as connection:
        connection.execute("truncate core.registre_version, core.commune_periode, core.commune_succession cascade")


def test_nothing_is_loaded(world: World) -> None:
    assert world.place("01001", "2020-01-01").motifs == ("aucune liste de communes n'est chargée",)
    assert world.connection.execute("select * from core.communes_au('2020-01-01')").fetchall() == []
    world.communes(2022, "01001")
    world.settle()
    assert world.place("01001", "2022-01-01").motifs == (
        "département 01 absent des listes chargées",
        "région 84 absente des listes chargées",
        "aucune liste d'EPCI n'est chargée",
        "aucune liste de bassins d'emploi n'est chargée",
        "aucune liste de populations n'est chargée",
        "aucune liste de territoires n'est chargée",
    )


def test_without_movements_the_vintages_of_the_cog_say_what_exists(world: World) -> None:
    world.communes(2024, "01001", "01004", parts=[("01002", "01001")])
    world.communes(2022, "01001", "01002", "01003")
    world.passage(2025, ("01003", "01001"), ("01001", "01001"))
    world.settle()
    assert world.periods("01001") == [("1943-01-01", None)]
    assert world.periods("01002") == [("1943-01-01", "2024-01-01")]
    assert world.periods("01004") == [("2024-01-01", None)]
    assert [world.at(code, "2023-12-31") for code in ("01002", "01003")] == ["01002", "01003"]
    assert [world.at(code, "2024-01-01") for code in ("01002", "01003")] == ["01001", "01001"]
    assert world.place("01004", "2023-12-31").motifs == (
        "01004 n'est une commune que depuis le 01/01/2024, et aucune liste chargée ne dit d'où elle vient",
    )


def test_a_vintage_between_two_dates_what_they_left_open(world: World) -> None:
    """Loaded in any order, with the same result as in one go."""
    world.communes(2022, "01001", "01002")
    world.communes(2025, "01001", parts=[("01002", "01001")])
    world.settle()
    assert world.periods("01002") == [("1943-01-01", "2025-01-01")]
    world.communes(2023, "01001", parts=[("01002", "01001")])
    world.settle()
    assert world.periods("01002") == [("1943-01-01", "2023-01-01")]
    assert world.at("01002", "2024-06-01") == "01001"
    world.movements(2023, "2022-07-01 32 COM 01001 > COM 01001", "2022-07-01 32 COM 01002 > COM 01001")
    world.settle()
    assert world.periods("01002") == [("1943-01-01", "2022-07-01")]


def test_what_no_register_explains_is_told(world: World) -> None:
    world.communes(2022, "01001", "01002")
    world.communes(2023, "01001")
    world.settle()
    assert world.place("01002", "2023-05-01").motifs == (
        "01002 n'est plus une commune depuis le 01/01/2023, et aucune liste chargée ne dit ce qu'elle est devenue",
    )


def test_only_the_last_list_of_movements_counts(world: World) -> None:
    world.communes(2022, "01001", "01002")
    world.movements(2019, "2018-01-01 32 COM 01002 > COM 01001")
    world.movements(2021, "2010-01-01 10 COM 01001 > COM 01001")
    world.settle()
    assert world.periods("01002") == [("1943-01-01", None)]


def test_a_code_lives_only_between_two_events_of_a_day_and_still_leads_on(world: World) -> None:
    world.communes(2022, "44180")
    world.movements(
        2021,
        "2018-01-01 41 COM 49144 > COM 44225",
        "2018-01-01 32 COM 44225 > COM 44180",
        "2018-01-01 32 COM 44180 > COM 44180",
    )
    world.settle()
    assert world.periods("44225") == []
    assert world.at("49144", "2017-12-31") == "49144"
    assert world.at("44225", "2017-12-31") == "49144"
    assert {world.at(code, "2018-01-01") for code in ("49144", "44225", "44180")} == {"44180"}


def test_land_follows_the_commune_that_it_is_in(world: World) -> None:
    """01003 joins 01002, which joins 01001, is one again, then joins 01004: 01003 goes with it each time."""
    world.communes(2022, "01001", "01004")
    world.movements(
        2021,
        "1960-01-01 31 COM 01003 > COM 01002",
        "1960-01-01 31 COM 01002 > COM 01002",
        "1970-01-01 33 COM 01002 > COM 01001",
        "1970-01-01 33 COM 01002 > COMA 01002",
        "1970-01-01 33 COM 01001 > COM 01001",
        "1980-01-01 21 COM 01001 > COM 01001",
        "1980-01-01 21 COM 01001 > COM 01002",
        "1990-01-01 31 COM 01002 > COM 01004",
        "1990-01-01 31 COM 01004 > COM 01004",
    )
    world.settle()
    assert world.periods("01002") == [("1943-01-01", "1970-01-01"), ("1980-01-01", "1990-01-01")]
    days = ("1959-12-31", "1965-01-01", "1975-01-01", "1985-01-01", "1995-01-01")
    assert [world.at("01003", day) for day in days] == ["01003", "01002", "01001", "01002", "01004"]


def test_a_part_that_no_movement_knows_was_a_commune_until_the_first_cog(world: World) -> None:
    world.movements(2021, "2010-01-01 10 COM 01001 > COM 01001")
    world.communes(2022, "01001", parts=[("01002", "01001")])
    world.passage(2025, ("01003", "01001"))
    world.settle()
    for code in ("01002", "01003"):
        assert world.periods(code) == [("1943-01-01", "2022-01-01")]
        assert world.at(code, "2022-01-01") == "01001"


def test_the_table_of_passage_may_date_what_no_movement_tells(world: World) -> None:
    world.communes(2022, "01001", parts=[("01002", "01001")])
    world.passage(2022, ("01002", "01001"), ("01001", "01001"))
    world.connection.execute(
        "update core.passage_commune set annee_de = 2003, annee_a = 2016 where code_ancien = '01002'"
    )
    world.settle()
    assert world.periods("01002") == [("1943-01-01", "2017-01-01")]
    assert world.at("01002", "2018-01-01") == "01001"


def test_a_new_name_and_a_new_region_open_a_new_period(world: World) -> None:
    world.communes(2015, "01001 Ancien-Nom", "01002")
    world.communes(2016, "01001 Nouveau-Nom", "01002")
    world.connection.execute("update core.commune set code_region = '82' where millesime = '2015'")
    world.settle()
    before, after = world.place("01001", "2015-12-31"), world.place("01001", "2016-01-01")
    assert (before.libelle, before.code_region) == ("Ancien-Nom", "82")
    assert (after.libelle, after.code_region) == ("Nouveau-Nom", "84")
    assert world.periods("01002") == [("1943-01-01", "2016-01-01"), ("2016-01-01", None)]


def test_populations_add_up_in_a_merger(world: World) -> None:
    world.communes(2022, "01001", "01002")
    world.communes(2023, "01001", parts=[("01002", "01001")])
    world.settle()
    columns = "code_commune, municipale"
    world.write("population_commune", "populations", 2022, columns, [("01001", 100), ("01002", 20)])
    assert world.place("01002", "2022-06-01").population_municipale == 20
    assert world.place("01002", "2023-06-01").population_municipale == 120
    world.write("population_commune", "populations", 2023, columns, [("01001", 125)])
    assert world.place("01001", "2023-06-01").population_municipale == 125


def test_a_population_of_after_a_merger_is_not_shared_out_before_it(world: World) -> None:
    world.communes(2022, "01001", "01002")
    world.communes(2023, "01001", parts=[("01002", "01001")])
    world.settle()
    world.write("population_commune", "populations", 2023, "code_commune, municipale", [("01001", 125)])
    before = world.place("01002", "2022-06-01")
    assert before.population_municipale is None
    assert "population comptée avec celle de 01001 en 2023" in before.motifs
    assert world.place("01001", "2022-06-01").population_municipale == 125


def test_an_epci_is_that_of_its_year_for_the_commune_of_the_day(world: World) -> None:
    world.communes(2022, "01001", "01002", "01003", parts=[("01004", "01003")])
    world.communes(2024, "01001", "01003", "01004", parts=[("01002", "01001")])
    world.movements(2021, "2000-01-01 33 COM 01004 > COM 01003", "2000-01-01 33 COM 01003 > COM 01003")
    world.settle()
    world.epci(2022, {"200000001": ["01001"], "200000002": ["01002", "01003"]})
    assert world.place("01002", "2023-12-31").siren_epci == "200000002"
    # Merged since the list: the code that is the commune's own comes first.
    after = world.place("01002", "2024-01-01")
    assert (after.code_commune, after.siren_epci, after.millesime_epci) == ("01001", "200000001", "2022")
    assert "EPCI de 2022, dernière liste chargée jusqu'en 2024" in after.motifs
    # Re-established since the list: it was in the EPCI of the commune that it was part of.
    again = world.place("01004", "2024-01-01")
    assert (again.code_commune, again.siren_epci) == ("01004", "200000002")
    world.epci(2024, {"200000009": ["01001", "01003"]})
    assert world.place("01002", "2024-01-01").siren_epci == "200000009"
    assert "EPCI de 2022, première liste chargée" in world.place("01001", "2020-01-01").motifs


def test_a_territory_is_its_perimeter_of_the_day_in_the_phase_of_the_day(world: World) -> None:
    world.communes(2022, "01001", "01002", "01003", "01004")
    world.settle()
    world.epci(2022, {"200000001": ["01001", "01002"], "200000002": ["01003"], "200000003": ["01004"]})
    world.territory(1, "ti-0001", "2019-03-01")
    world.territory(1, "ti-0002", "2019-03-01", "2022-05-01")
    world.perimeter(1, "ti-0001", "2020-01-01", "2021-01-01", "200000001")
    world.perimeter(1, "ti-0001", "2021-01-01", None, "200000001", "200000002")
    world.perimeter(1, "ti-0002", "2021-01-01", None, "200000003", "01002")
    world.territory(2, "ti-0001", "2023-11-01")
    world.perimeter(2, "ti-0001", "2023-11-10", None, "200000003")

    def members(day: str) -> dict[str, tuple[int, str]]:
        rows = world.connection.execute("select * from core.communes_au(%s) where id_ti is not null", (day,))
        return {row["code_commune"]: (row["phase"], row["id_ti"]) for row in rows}

    # Before its first list, phase 1 is described by its first perimeters.
    assert members("2018-01-01") == members("2020-06-01") == {"01001": (1, "ti-0001"), "01002": (1, "ti-0001")}
    # A commune named alone is in the territory that names it, not in its EPCI's.
    assert members("2021-01-01") == {
        "01001": (1, "ti-0001"),
        "01002": (1, "ti-0002"),
        "01003": (1, "ti-0001"),
        "01004": (1, "ti-0002"),
    }
    # What a later list withdrew is no territory any more.
    assert "01004" not in members("2023-10-31")
    # The id is another place from the first list of phase 2 on, whose perimeters came nine days later.
    assert members("2023-11-01") == members("2024-01-01") == {"01004": (2, "ti-0001")}
    assert "hors des territoires de la phase 2" in world.place("01001", "2024-01-01").motifs


def test_an_epci_that_is_no_more_still_says_its_communes(world: World) -> None:
    world.communes(2022, "01001", "01002")
    world.settle()
    world.epci(2022, {"200000001": ["01001"], "200000002": ["01002"]})
    world.epci(2024, {"200000003": ["01001", "01002"]})
    world.territory(2, "ti-0001", "2023-11-01")
    world.perimeter(2, "ti-0001", "2023-11-01", None, "200000001")
    place = world.place("01001", "2024-05-01")
    assert (place.siren_epci, place.id_ti) == ("200000003", "ti-0001")
    assert world.place("01002", "2024-05-01").id_ti is None


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("commune_periode", "code_commune, '2020-01-01'::date, null, 'Bis', code_departement, code_region"),
        ("territoire", "phase, id_ti, 'Bis', null, null, '2020-01-01'::date, null, id_registre, null"),
        ("territoire_perimetre", "phase, id_ti, type_maille, code, 'Bis', '2020-01-01'::date, null, id_registre, null"),
    ],
    ids=["commune_periode", "territoire", "territoire_perimetre"],
)
def test_the_database_refuses_that_validity_overlaps(world: World, table: str, columns: str) -> None:
    world.communes(2022, "01001")
    world.settle()
    world.territory(1, "ti-0001", "2019-03-01", "2021-01-01")
    world.perimeter(1, "ti-0001", "2019-03-01", "2021-01-01", "200000001")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        world.connection.execute(f"insert into core.{table} select {columns} from core.{table}")


def test_periods_are_calculated_anew_only_when_rows_changed(world: World) -> None:
    def load(libelle: str) -> None:
        number = world.connection.execute(
            "insert into core.registre_version (registre, millesime, source_url, sha256, lignes, statut)"
            " values ('communes', '2022', 'file:///essai', repeat('0', 64), 1, 'recu') returning id_registre"
        ).fetchone()
        assert number is not None
        row = ("COM", "01001", libelle, "01", "84", None)
        columns = ["type_commune", "code_commune", "libelle", "code_departement", "code_region", "code_parent"]
        store.load(world.connection, number["id_registre"], {"commune": pd.DataFrame([row], columns=columns)})

    load("Bourg")
    assert world.place("01001", "2022-01-01").libelle == "Bourg"
    world.connection.execute("delete from core.commune_periode")
    load("Bourg")
    assert world.periods("01001") == []
    load("Bourg-en-Bresse")
    assert world.place("01001", "2022-01-01").libelle == "Bourg-en-Bresse"
