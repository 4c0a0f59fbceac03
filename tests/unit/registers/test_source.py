from __future__ import annotations

from datetime import date

import pytest

from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.fetch import published_on
from territoires.registers.source import day_of, source, sources, year_of


def test_a_setting_lists_addresses_and_what_the_files_do_not_say() -> None:
    found = sources(
        Register.TERRITORIES, " https://a.fr/x.geojson#phase=2&millesime=2023-11-14 \n file:///b%20c.geojson "
    )
    assert [(one.url, one.phase, one.millesime) for one in found] == [
        ("https://a.fr/x.geojson", 2, "2023-11-14"),
        ("file:///b%20c.geojson", None, None),
    ]
    assert found[0].address == "https://a.fr/x.geojson#phase=2&millesime=2023-11-14"
    assert sources(Register.EPCI, None) == sources(Register.EPCI, "  ") == ()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://a.fr/x", "schéma « ftp »"),
        ("liste.csv", "schéma"),
        ("https://moi:secret@a.fr/x", "pas d'identifiant"),
        ("https://a.fr/x#annee=2024", "options inconnues annee"),
        ("https://a.fr/x#millesime=24", "année à quatre chiffres"),
    ],
)
def test_faulty_addresses_name_their_variable(address: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        source(Register.COMMUNES, address)
    assert "TI_REGISTER_COMMUNES_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_list_of_territories_has_a_date_not_a_year() -> None:
    with pytest.raises(ValueError, match="2023"):
        source(Register.TERRITORIES, "https://a.fr/x#millesime=2023")


@pytest.mark.parametrize("name", ["v_commune_2024.csv", "commune2024.csv", "insee-2024-01-01.csv", "cog_2024_2024.csv"])
def test_the_year_of_communes_is_in_the_name(name: str) -> None:
    assert year_of(source(Register.COMMUNES, "https://a.fr/x"), name) == "2024"


@pytest.mark.parametrize("name", ["v_commune.csv", "communes_2022_2023.csv", "v20240101.csv"])
def test_a_year_that_is_not_sure_is_asked_for(name: str) -> None:
    with pytest.raises(RefusedRegisterError, match="#millesime=AAAA"):
        year_of(source(Register.COMMUNES, "https://a.fr/x"), name)
    assert year_of(source(Register.COMMUNES, "https://a.fr/x#millesime=2021"), name) == "2021"


@pytest.mark.parametrize(
    ("address", "name", "day"),
    [
        ("https://a.fr/x", "liste-ti-com2023-20231114.geojson", "2023-11-14"),
        ("https://a.fr/x", "anct_ti_geom_2023-10-16.geojson", "2023-10-16"),
        ("https://a.fr/x", "ti_geom.geojson", "2024-02-01"),
        ("https://a.fr/x#millesime=2018-11-22", "ti-20231114.geojson", "2018-11-22"),
    ],
)
def test_the_date_of_a_list_of_territories(address: str, name: str, day: str) -> None:
    assert day_of(source(Register.TERRITORIES, address), name, date(2024, 2, 1)) == day


def test_the_day_of_publication() -> None:
    today = date(2026, 1, 2)
    assert published_on("Tue, 14 Nov 2023 23:59:00 GMT", today) == date(2023, 11, 14)
    assert published_on("hier", today) == published_on(None, today) == today


def test_only_the_network_gives_the_whole_country() -> None:
    assert source(Register.EPCI, "https://a.fr/x").bounds[0] == 30_000
    assert source(Register.EPCI, "https://a.fr/x#lignes_min=10&lignes_max=20").bounds == (10, 20)
    assert source(Register.EPCI, "file:///x").bounds[0] == 1


def test_a_difference_of_shape_names_the_missing_and_the_near() -> None:
    text = shape_difference(["siren", "insee"], ["siren", "insee_com"])
    assert "absentes : « insee » (serait-ce « insee_com » ?)" in text
    assert "colonnes trouvées : siren, insee_com" in text
