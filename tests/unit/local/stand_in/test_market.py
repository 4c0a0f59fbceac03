"""What the stand-in answers: the shape of the real answers, the same values for the same question, "no data"."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from territoires.local.stand_in import Behaviour, StandIn, serving
from tests.unit.local.stand_in.asking import NOMENCLATURES, ask, session

CAPTURED = {
    "stat-demandeurs": "ft_api_stat-demandeurs_H2918_NAT_2025T4_excerpt.json",
    "stat-offres": "ft_api_stat-offres_H2918_NAT_2025T4_excerpt.json",
    "stat-perspective-employeur": "ft_api_stat-perspective-employeur_H2918_NAT_2024_complete.json",
}
DEPARTMENT = {"codeTypeTerritoire": "DEP", "codeTerritoire": "59"}


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with serving(Behaviour(limit_per_s=None)) as running:
        yield running


@pytest.fixture(scope="module")
def caller(server: StandIn) -> requests.Session:
    return session(server)


def shape(content: Any) -> Any:
    """Keys in their order with the types of their values; a list is the set of the shapes of what it holds."""
    if isinstance(content, dict):
        return tuple((key, shape(value)) for key, value in content.items())
    if isinstance(content, list):
        return frozenset(shape(value) for value in content)
    return type(content)


def details(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [detail for row in rows for detail in row["listeValeurParCaract"]]


@pytest.mark.parametrize("indicator", CAPTURED)
def test_an_answer_has_the_shape_of_the_real_one(
    server: StandIn, caller: requests.Session, shared_data: Path, indicator: str
) -> None:
    real = json.loads((shared_data / "france_travail" / CAPTURED[indicator]).read_text("utf-8"))
    # An occupation with many people, so that no row is masked or lacks its count: the captured ones do neither.
    ours = ask(server, caller, indicator, codeTypeActivite="CUMUL", codeActivite="CUMUL").json()
    for row in ours["listeValeursParPeriode"]:
        row["listeValeurParCaract"] = [one for one in row.get("listeValeurParCaract", []) if "nombre" in one]
        if not row["listeValeurParCaract"]:
            del row["listeValeurParCaract"]
    assert shape(ours) == shape(real)
    assert [ours[key] for key in ("codeIndicateur", "codeFamille")] == [real["codeIndicateur"], real["codeFamille"]]
    assert {row["codeNomenclature"] for row in real["listeValeursParPeriode"]} <= {
        row["codeNomenclature"] for row in ours["listeValeursParPeriode"]
    }
    assert {(row["codePeriode"], row["libPeriode"]) for row in ours["listeValeursParPeriode"]} == {
        (row["codePeriode"], row["libPeriode"]) for row in real["listeValeursParPeriode"]
    }


def test_the_known_body_of_no_data_is_the_real_one(shared_data: Path) -> None:
    with serving(Behaviour(uncovered=frozenset({("DEP", "59")}), disguises=("500",))) as server:
        answer = ask(server, session(server), **DEPARTMENT)
    assert answer.status_code == 500
    real = (shared_data / "france_travail" / "ft_api_error_500_no_list.json").read_text("utf-8")
    assert answer.json() == json.loads(real)


def test_the_same_question_has_the_same_answer_on_any_server_of_that_seed(
    server: StandIn, caller: requests.Session
) -> None:
    first = ask(server, caller, **DEPARTMENT)
    with serving(Behaviour()) as same, serving(Behaviour(seed=7)) as other:
        assert ask(same, session(same), **DEPARTMENT).json() == first.json()
        assert ask(other, session(other), **DEPARTMENT).json() != first.json()
    assert ask(server, caller, **DEPARTMENT, codeActivite="A1203").json() != first.json()


def test_counts_have_the_quirks_of_the_real_ones(server: StandIn, caller: requests.Session) -> None:
    codes = [f"H29{number:02}" for number in range(1, 15)]
    answers = [ask(server, caller, "stat-demandeurs", **DEPARTMENT, codeActivite=code) for code in codes]
    told = [answer.json() for answer in answers if answer.status_code == 200]
    rows = [row for content in told for row in content.get("listeValeursParPeriode", [])]
    found = details(rows)
    assert all(row["valeurPrincipaleNombre"] % 10 == 0 for row in rows)
    assert all(detail.get("nombre", 0) % 10 == 0 for detail in found)
    assert any(detail.get("nombre") == 0 and detail["pourcentage"] >= 5 for detail in found)
    assert any("nombre" not in detail and not detail["masque"] for detail in found)
    assert any(detail["masque"] and not detail.keys() & {"nombre", "pourcentage"} for detail in found)


def test_scores_agree_with_their_classes(server: StandIn, caller: requests.Session) -> None:
    answers = [ask(server, caller, "stat-perspective-employeur", codeActivite=f"A12{n:02}") for n in range(1, 12)]
    scores = [row for answer in answers for row in answer.json()["listeValeursParPeriode"]]
    ordered = sorted(scores, key=lambda row: row["valeurPrincipaleDecimale"])
    classes = [row["valeurPrincipaleNombre"] for row in ordered]
    assert classes == sorted(classes)
    assert set(classes) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"dernierePeriode": True}, {"2025T4"}),
        ({"listeCodePeriode": ["2025T1", "2024T4"], "dernierePeriode": False}, {"2024T4", "2025T1"}),
        ({"dernierePeriode": False}, {f"{year}T{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)}),
    ],
)
def test_periods_are_those_that_were_asked_for(
    server: StandIn, caller: requests.Session, asked: dict[str, Any], expected: set[str]
) -> None:
    rows = ask(server, caller, **asked).json()["listeValeursParPeriode"]
    assert {row["codePeriode"] for row in rows} == expected
    assert len(rows) == 2 * len(expected)


def test_a_quarter_appears_ten_weeks_after_its_end_and_a_year_in_october() -> None:
    with serving(Behaviour(as_of=date(2025, 9, 30))) as server:
        caller = session(server)
        (quarter,) = {row["codePeriode"] for row in ask(server, caller).json()["listeValeursParPeriode"]}
        (year,) = {
            row["codePeriode"]
            for row in ask(server, caller, "stat-perspective-employeur").json()["listeValeursParPeriode"]
        }
    assert (quarter, year) == ("2025T2", "2023")


def test_nomenclatures_and_characteristics_are_those_that_were_asked_for(
    server: StandIn, caller: requests.Session
) -> None:
    rows = ask(server, caller, listeCodeNomenclature=["PE"], sansCaracteristiques=True).json()["listeValeursParPeriode"]
    assert [row["codeNomenclature"] for row in rows] == ["PE"]
    assert "listeValeurParCaract" not in rows[0]


def test_every_disguise_of_no_data_occurs_and_each_question_keeps_its_own(
    server: StandIn, caller: requests.Session
) -> None:
    def said(code: str) -> str:
        answer = ask(server, caller, codeTypeTerritoire="BASSIN", codeTerritoire=code)
        if answer.status_code != 200:
            return str(answer.status_code)
        return "figures" if "listeValeursParPeriode" in answer.json() else "absent"

    codes = [f"{number:04}" for number in range(3201, 3401)]
    first = {code: said(code) for code in codes}
    assert {code: said(code) for code in codes[:30]} == {code: first[code] for code in codes[:30]}
    counted = Counter(first.values())
    assert set(counted) == {"figures", "500", "204", "400", "404", "absent"}
    assert 0.7 < counted["figures"] / len(codes) < 0.95


def test_a_period_that_is_not_published_yet_is_no_data(server: StandIn, caller: requests.Session) -> None:
    answer = ask(server, caller, listeCodePeriode=["2031T1"], dernierePeriode=False)
    assert answer.status_code != 200 or "listeValeursParPeriode" not in answer.json()


@pytest.mark.parametrize(("kind", "number"), [("REG", 17), ("DEP", 100)])
def test_the_lists_of_territories_hold_what_has_figures(
    server: StandIn, caller: requests.Session, kind: str, number: int
) -> None:
    listed = caller.get(f"{server.base_url}/referentiel/territoires/{kind}", timeout=5).json()["territoires"]
    assert len({one["codeTerritoire"] for one in listed}) == len(listed) == number
    assert all(set(one) == {"codeTypeTerritoire", "codeTerritoire", "libelleTerritoire"} for one in listed)
    assert {one["codeTypeTerritoire"] for one in listed} == {kind}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"codeTerritoire": None}, "codeTerritoire est obligatoire"),
        ({"codeTypeTerritoire": "VILLE"}, "NAT, REG, DEP, BASSIN"),
        ({"codeTypeTerritoire": "DEP", "codeTerritoire": "5"}, "codeTerritoire"),
        ({"codeTypeActivite": "METIER"}, "codeTypeActivite"),
        ({"codeActivite": "h2918"}, "codeActivite"),
        ({"codeTypePeriode": "ANNEE"}, "codeTypePeriode"),
        ({"codeTypeNomenclature": "CATCAND"}, "codeTypeNomenclature"),
        ({"listeCodePeriode": ["2025"]}, "listeCodePeriode"),
        ({"listeCodePeriode": "2025T4"}, "listeCodePeriode"),
        ({"listeCodeNomenclature": ["A"]}, "listeCodeNomenclature"),
        ({"dernierePeriode": "oui"}, "dernierePeriode"),
        ({"codePeriode": "2025T4"}, "codePeriode"),
    ],
)
def test_a_question_that_does_not_hold_is_refused_in_french(
    server: StandIn, caller: requests.Session, changes: dict[str, Any], named: str
) -> None:
    answer = ask(server, caller, **changes)
    assert (answer.status_code, answer.json()["codeHttp"]) == (400, 400)
    assert named in answer.json()["message"]


def test_addresses_methods_and_types_of_content_are_checked(server: StandIn, caller: requests.Session) -> None:
    address = f"{server.base_url}/indicateur/stat-offres"
    statuses = [
        caller.post(address, data="{", headers={"Content-Type": "application/json"}, timeout=5).status_code,
        caller.post(address, data="{}", timeout=5).status_code,
        caller.get(address, timeout=5).status_code,
        caller.post(f"{server.base_url}/indicateur/stat-inconnu", json={}, timeout=5).status_code,
        caller.get(f"{server.base_url}/referentiel/territoires/VILLE", timeout=5).status_code,
        caller.get(f"{server.origin}/ailleurs", timeout=5).status_code,
    ]
    assert statuses == [400, 415, 405, 404, 400, 404]


def test_every_indicator_that_is_known_is_tested() -> None:
    from territoires.local.stand_in.indicators import INDICATORS

    assert set(CAPTURED) == set(NOMENCLATURES) == set(INDICATORS)
