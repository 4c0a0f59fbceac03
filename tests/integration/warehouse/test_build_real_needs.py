"""The published survey of 2024 over the published perimeters, counted again with pandas and the standard library."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from territoires.registers.catalogue import Register
from territoires.warehouse import build
from territoires.warehouse.copying import copy_frame
from territoires.warehouse.engine import connect
from tests.integration.warehouse.build_world import LOADED, World, read
from tests.integration.warehouse.needs_world import Country

REGISTERS = (
    (Register.COMMUNES, "registers/insee_cog_communes_2023.csv"),
    (Register.EPCI, "registers/dgcl_epcicom_2023.xlsx"),
    (Register.EPT, "registers/ept_2023.xlsx"),
    (Register.POPULATIONS, "registers/banatic_siren_insee_2023.xlsx"),
    (Register.BASINS, "france_travail/bassins_emploi_communes_2025.csv"),
    (Register.TERRITORIES, "territoires_industrie/anct_ti_geom_2023-11-14.geojson"),
)
SURVEY = "france_travail/BMO_2024_Base_open_data_BMO_2024.xlsx"
MEASURES = {"met": "projets", "xmet": "projets_difficiles", "smet": "projets_saisonniers"}
HIDDEN = 4
"""The smallest number that the survey of 2024 publishes is 5."""
BORDERS = [("2708", "21"), ("7526", "33"), ("8407", "01")]
"""Bassins that lie, for the survey, also in a department where the list has no commune of theirs."""


@pytest.fixture(scope="module")
def survey(shared_data: Path) -> pd.DataFrame:
    """The survey as published: one row for each bassin, department and occupation, `*` as NA."""
    frame = pd.read_excel(shared_data / SURVEY, sheet_name=1, engine="calamine", dtype=object)
    numbers = {column: pd.to_numeric(frame[column].replace("*", None)).astype("Int64") for column in MEASURES}
    codes = frame["BE24"].map(lambda code: f"{int(code):04d}")
    return frame.assign(**numbers, BE24=codes, Dept=frame["Dept"].astype(str))


@pytest.fixture(scope="module")
def shares(shared_data: Path) -> pd.DataFrame:
    """Part of each bassin and department that lies in each territory, from the list of communes of the week before."""
    listed = json.loads((shared_data / "territoires_industrie/anct_ti_geom_2023-11-07.geojson").read_text("utf-8"))
    territory = {
        code: f"2/{one['properties']['id_territoire']}"
        for one in listed["features"]
        for code in re.findall(r"\((\d[0-9AB]\d{3})\)", one["properties"]["liste_geo"])
    }
    people = pd.read_excel(
        shared_data / "registers/banatic_siren_insee_2023.xlsx", engine="calamine", dtype={"insee": str}
    )
    basins = pd.read_csv(shared_data / "france_travail/bassins_emploi_communes_2025.csv", dtype=str)
    communes = people.merge(basins, left_on="insee", right_on="code_commune_insee", how="left")
    communes["bassin"] = communes["code_bassin_BMO"].str.zfill(4)
    communes["departement"] = communes["insee"].map(lambda code: code[:3] if code.startswith("97") else code[:2])
    communes["territoire"] = communes["insee"].map(territory).fillna("hors")
    held = (
        communes.groupby(["bassin", "departement", "territoire"])["pmun_2023"].sum().rename("habitants").reset_index()
    )
    whole = held.groupby(["bassin", "departement"])["habitants"].transform("sum")
    return held.assign(part=held["habitants"] / whole)


@pytest.fixture
def built(entrepot: Any, tmp_path: Path, shared_data: Path, survey: pd.DataFrame) -> World:
    country = Country(entrepot.loader_url, tmp_path)
    for register, name in REGISTERS:
        country.register_file(register, shared_data / name)
    rows = pd.DataFrame(
        {
            "annee": survey["annee"].astype(int),
            "code_metier": survey["Code métier BMO"],
            "nom_metier": survey["Nom métier BMO"],
            "code_famille": survey["Famille_met"],
            "nom_famille": survey["Lbl_fam_met"],
            "code_bassin": survey["BE24"],
            "code_departement": survey["Dept"],
            "code_region": survey["REG"],
            **{ours: survey[theirs] for theirs, ours in MEASURES.items()},
            "valide_de": LOADED,
            "id_livraison": country.delivery,
            "ligne": range(2, len(survey) + 2),
        }
    )
    with connect(entrepot.loader_url) as connection:
        connection.execute("set search_path to core")
        copy_frame(connection, "pole_emploi_besoins_main_oeuvre", rows)
        connection.execute(
            "update journal.livraison set lignes_ajoutees = %s where id_livraison = %s", [len(rows), country.delivery]
        )
    with connect(entrepot.loader_url) as connection:
        build.build(connection)
    return country.world


@pytest.mark.usefixtures("built")
def test_the_needs_of_a_year_over_the_territories_of_the_year(
    entrepot: Any, survey: pd.DataFrame, shares: pd.DataFrame
) -> None:
    """One test of two halves: to load the registers of a year takes longer than to look at them."""
    each_territory_has_those_of_its_communes(entrepot, survey, shares)
    the_country_adds_up_to_the_unit(entrepot)


def each_territory_has_those_of_its_communes(entrepot: Any, survey: pd.DataFrame, shares: pd.DataFrame) -> None:
    found = pd.DataFrame(
        read(
            entrepot,
            "select cle_territoire, sum(projets_min)::float8 as projets, sum(difficiles_max)::float8 as difficiles_max,"
            " sum(saisonniers_min)::float8 as saisonniers from bi.besoin_main_oeuvre_territoire group by 1",
        )
    ).set_index("cle_territoire")
    most = survey["xmet"].fillna(survey["met"].fillna(HIDDEN).clip(upper=HIDDEN))
    needs = survey.assign(met=survey["met"].fillna(0), smet=survey["smet"].fillna(0), most=most)
    needs = needs.groupby(["BE24", "Dept"])[["met", "most", "smet"]].sum().astype(float).reset_index()
    spread = needs.merge(shares, left_on=["BE24", "Dept"], right_on=["bassin", "departement"])
    for column in ("met", "most", "smet"):
        spread[column] *= spread["part"]
    elsewhere = needs.merge(shares, left_on=["BE24", "Dept"], right_on=["bassin", "departement"], how="left")
    borders = elsewhere[elsewhere["part"].isna() & elsewhere["BE24"].isin(shares["bassin"])]
    assert sorted(zip(borders["BE24"], borders["Dept"], strict=True)) == BORDERS
    neighbours = set(shares.loc[shares["bassin"].isin(borders["BE24"]), "territoire"])
    expected = spread.groupby("territoire")[["met", "most", "smet"]].sum()
    compared = expected.drop(index=[*neighbours], errors="ignore")
    assert len(compared) > 175
    ours = found.loc[compared.index]
    assert (ours["projets"] - compared["met"]).abs().max() < 0.05
    assert (ours["difficiles_max"] - compared["most"]).abs().max() < 0.05
    assert (ours["saisonniers"] - compared["smet"]).abs().max() < 0.05


def the_country_adds_up_to_the_unit(entrepot: Any) -> None:
    # Sums of the published file, counted by an independent reading.
    [row] = read(
        entrepot,
        "select sum(projets_min) as met, sum(difficiles_min) as xmet, sum(saisonniers_min) as smet,"
        " sum(projets_max) - sum(projets_min) as inconnu from bi.besoin_main_oeuvre_territoire",
    )
    assert (row["met"], row["xmet"], row["smet"]) == (2_751_069, 1_568_524, 818_189)
    assert row["inconnu"] == HIDDEN * 10_891
    [lost] = read(
        entrepot,
        "select string_agg(distinct code_bassin, ' ' order by code_bassin) as bassins from bi.repartition_bassin"
        " where methode = 'non_localise'",
    )
    assert lost["bassins"] == "0104 0304 7549"
