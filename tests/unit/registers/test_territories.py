from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from territoires.registers.territories import parse
from tests.unit.registers.files import geojson

TODAY = date(2026, 1, 2)


def read(path: Path, options: str = "") -> Parsed:
    return parse(path, path.name, source(Register.TERRITORIES, f"file:///x{options}"), TODAY)


def phase_2(members: str | None, **more: Any) -> dict[str, Any]:
    return {"id_territoire": "ti-0101", "lib_territoire": "Basse-Terre", "liste_geo": members} | more


def perimeter(path: Path, members: str) -> list[tuple[str, ...]]:
    frame = read(geojson(path, phase_2(members))).tables["territoire_perimetre"]
    return list(frame[["type_maille", "code", "libelle"]].itertuples(index=False, name=None))


def test_the_shape_tells_the_phase(tmp_path: Path) -> None:
    first = read(geojson(tmp_path / "ti_2023-10-16.geojson", {"ID_TI": "ti-0101", "lib_ti": "Cap Excellence\u00a0"}))
    assert (first.phase, first.millesime, first.perimeters) == (1, "2023-10-16", None)
    assert list(first.tables) == ["territoire"]
    assert first.tables["territoire"]["libelle"].tolist() == ["Cap Excellence"]
    second = read(geojson(tmp_path / "ti.geojson", phase_2("CA X (249710062)")))
    assert (second.phase, second.millesime, second.perimeters) == (2, "2026-01-02", 1)
    assert read(tmp_path / "ti.geojson", "#phase=3").phase == 3


def test_the_code_tells_commune_from_epci(tmp_path: Path) -> None:
    members = "Baillif (97104); Bastia (2B033);CA du Nord Basse-Terre (249710062);"
    assert perimeter(tmp_path / "a", members) == [
        ("commune", "97104", "Baillif"),
        ("commune", "2B033", "Bastia"),
        ("epci", "249710062", "CA du Nord Basse-Terre"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Castillon (Canton d'Arthez-de-Béarn)",
        "CC de la Haute Somme (Combles - Péronne)",
        "Pays (12345) d'en haut",
        "A ; B",
    ],
)
def test_names_may_hold_parentheses_and_the_separator(tmp_path: Path, name: str) -> None:
    assert perimeter(tmp_path / "a", f"X (97104); {name}\u00a0(200037059); Y (97105)")[1] == ("epci", "200037059", name)


def test_a_separator_in_a_name_is_told(tmp_path: Path) -> None:
    """It may also be a member whose code was forgotten."""
    assert "A; B" in read(geojson(tmp_path / "a", phase_2("A; B (97104)"))).warnings[0]


@pytest.mark.parametrize(
    "members",
    [
        "CA sans code",
        "A (97104); B (123)",
        "A (97104); ; B (97105) fin",
        "A (1004); B (97105)",
        "A [24001088]|B [97105]",
    ],
)
def test_a_member_without_a_code_refuses_the_list(tmp_path: Path, members: str) -> None:
    with pytest.raises(RefusedRegisterError, match="ti-0101 : «"):
        perimeter(tmp_path / "a", members)


def test_a_huge_list_without_codes_is_refused_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(RefusedRegisterError):
        perimeter(tmp_path / "a", "(" * 50_000)
    assert time.monotonic() - started < 2


def test_pilots_and_entries_where_a_list_has_them(tmp_path: Path) -> None:
    parsed = read(
        geojson(
            tmp_path / "a",
            {"id_ti": "ti-1", "lib_ti": "A", "pilote": True, "date_entree": "2018-11-22"},
            {"id_ti": "ti-2", "lib_ti": "B", "pilote": "Non", "date_entree": "05/03/2019"},
            {"id_ti": "ti-3", "lib_ti": "C"},
        )
    )
    frame = parsed.tables["territoire"]
    assert frame["pilote"].astype(object).where(frame["pilote"].notna(), None).tolist() == [True, False, None]
    assert frame["date_entree"].tolist() == [date(2018, 11, 22), date(2019, 3, 5), None]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"pilote": "peut-être"}, "oui ou non est attendu"),
        ({"date_entree": "novembre 2018"}, "AAAA-MM-JJ est attendu"),
        ({"lib_territoire": 12}, "un texte est attendu, int trouvé"),
    ],
)
def test_facts_that_cannot_be_read(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedRegisterError, match=message):
        read(geojson(tmp_path / "a", phase_2("X (97104)", **more)))


def test_a_map_of_phase_2_without_perimeters_is_refused_with_the_difference(tmp_path: Path) -> None:
    one = {"id_territoire": "ti-1", "lib_territoire": "A", "liste_geos": "X (97104)"}
    with pytest.raises(RefusedRegisterError, match=r"« liste_geo » \(serait-ce « liste_geos » \?\)"):
        read(geojson(tmp_path / "a", one))


@pytest.mark.parametrize(
    ("name", "more", "options", "phase"),
    [
        # ANCT's map of 16 October 2023, whose file bears no date: names of territories alone.
        ("ti_geom.geojson", {}, "", 1),
        ("ti_2023-10-16.geojson", {}, "", 1),
        ("ti_2024-07-04.geojson", {}, "", 2),
        ("ti_2024-07-04.geojson", {}, "#phase=1", 1),
        ("ti_geom.geojson", {}, "#millesime=2024-07-04", 2),
        # polygone-4326_ti.geojson, as made by ANCT in 2025.
        ("ti_geom.geojson", {"siren_groupement": "249710062", "lib_groupement": "CA"}, "", 2),
    ],
)
def test_the_columns_of_phase_1_were_taken_again_by_phase_2(
    tmp_path: Path, name: str, more: dict[str, Any], options: str, phase: int
) -> None:
    assert read(geojson(tmp_path / name, {"id_ti": "ti-0101", "lib_ti": "A"} | more), options).phase == phase


def test_a_map_may_say_the_groupements_in_two_properties(tmp_path: Path) -> None:
    """polygone-4326_ti.geojson (ANCT, 2025) joins names and SIREN by commas, of which names have their own."""
    path = geojson(
        tmp_path / "ti.geojson",
        {
            "id_ti": "ti-0101",
            "lib_ti": "A",
            "lib_groupement": "CA Nord, CC Sud",
            "siren_groupement": "249710062, 249710070",
        },
        {
            "id_ti": "ti-0102",
            "lib_ti": "B",
            "lib_groupement": "CC Ouest, Est, Y",
            "siren_groupement": "200043537, 200069425",
        },
        {"id_ti": "ti-0103", "lib_ti": "C", "lib_groupement": "CC Centre", "siren_groupement": 200057941.0},
    )
    frame = read(path).tables["territoire_perimetre"]
    assert list(frame[["id_ti", "code", "libelle"]].itertuples(index=False, name=None)) == [
        ("ti-0101", "249710062", "CA Nord"),
        ("ti-0101", "249710070", "CC Sud"),
        ("ti-0102", "200043537", "200043537"),
        ("ti-0102", "200069425", "200069425"),
        ("ti-0103", "200057941", "CC Centre"),
    ]


def test_unknown_shapes_are_refused_with_the_difference(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError) as caught:
        read(geojson(tmp_path / "a", {"id_territoire": "ti-1", "libelle_territoire": "A", "liste_geo": ""}))
    assert "absentes : « lib_territoire » (serait-ce « libelle_territoire » ?)" in str(caught.value)
    with pytest.raises(RefusedRegisterError, match="deux phases"):
        read(geojson(tmp_path / "a", phase_2("", id_ti="ti-1", lib_ti="A")))


def test_a_territory_without_members_is_told(tmp_path: Path) -> None:
    parsed = read(geojson(tmp_path / "a", phase_2("X (97104)"), phase_2(None, id_territoire="ti-0102")))
    assert (parsed.perimeters, parsed.warnings) == (1, ("territoires sans périmètre : ti-0102",))


def test_more_properties_are_ignored_and_told(tmp_path: Path) -> None:
    assert read(geojson(tmp_path / "a", phase_2("X (97104)", region="01"))).warnings == (
        "propriétés ignorées : region",
    )


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Service indisponible</html>",
        b"\xff",
        b"[]",
        b"{}",
        b'{"features": []}',
        b'{"features": [1]}',
        b"[" * 100_000,
        b'{"features": [{"properties": null}]}',
    ],
)
def test_what_is_no_list(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(RefusedRegisterError, match=r"« a\.geojson »"):
        read(path)
