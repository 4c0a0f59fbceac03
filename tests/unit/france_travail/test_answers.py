"""Answers of the labour market API: the real captures are read, what does not hold is refused by its place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from territoires.france_travail.answers import Answer, read
from territoires.france_travail.client import NoData, read_json
from territoires.france_travail.errors import AnswerError, UnavailableError
from territoires.france_travail.questions import Indicator, Question

CAPTURED = Question(Indicator.SEEKERS, "NAT", "FR", "H2918")
VALUE = {
    "datMaj": "2026-03-10T11:18:17.000+01:00",
    "codeTypeTerritoire": "BASSIN",
    "codeTerritoire": "0104",
    "codeTypeActivite": "ROME",
    "codeActivite": "H2918",
    "codeNomenclature": "A",
    "codeTypePeriode": "TRIMESTRE",
    "codePeriode": "2025T4",
    "valeurPrincipaleNombre": 80,
    "valeurSecondairePourcentage": Decimal("41.0"),
    "listeValeurParCaract": [
        {"codeTypeCaract": "GENRE", "codeCaract": "H", "nombre": 70, "pourcentage": 96, "masque": False},
        {"codeTypeCaract": "GENRE", "codeCaract": "F", "nombre": 0, "pourcentage": 6, "masque": False},
    ],
}
DOCUMENT = {"datMaj": "2026-03-11T07:29:21.000+01:00", "codeIndicateur": "DE_1", "listeValeursParPeriode": [VALUE]}
QUESTION = Question(Indicator.SEEKERS, "BASSIN", "0104", "H2918")


def captured(folder: Path, name: str) -> dict[str, Any]:
    return read_json((folder / "france_travail" / name).read_bytes())


def answered(question: Question, document: dict[str, Any]) -> Answer:
    found = read(question, document)
    assert isinstance(found, Answer)
    return found


def total(answer: Answer, nomenclature: str) -> dict[str, Any]:
    [found] = [row for row in answer.rows if row["code_nomenclature"] == nomenclature and not row["type_caract"]]
    return found


def test_the_captured_job_seekers(shared_data: Path) -> None:
    document = captured(shared_data, "ft_api_stat-demandeurs_H2918_NAT_2025T4_excerpt.json")
    answer = answered(CAPTURED, document)
    details = sum(len(value["listeValeurParCaract"]) for value in document["listeValeursParPeriode"])
    assert len(answer.rows) == 2 + details
    assert answer.period == "2025T4"
    found = total(answer, "A")
    assert (found["nombre"], found["pourcentage"], found["masque"]) == (80, Decimal("41.0"), False)
    assert found["maj_le"] == datetime(2026, 3, 10, 10, 18, 17, tzinfo=UTC)
    assert found["libelle_activite"] == "Affûteur / Affûteuse d'outillage industriel"
    [women] = [
        row
        for row in answer.rows
        if (row["code_nomenclature"], row["type_caract"], row["code_caract"]) == ("A", "GENRE", "F")
    ]
    assert (women["nombre"], women["pourcentage"]) == (0, Decimal("4.0"))  # rounded to ten: 0 is not nobody


def test_the_captured_offers_and_tension(shared_data: Path) -> None:
    offers = captured(shared_data, "ft_api_stat-offres_H2918_NAT_2025T4_excerpt.json")
    question = Question(Indicator.OFFERS, "NAT", "FR", "H2918")
    assert total(answered(question, offers), "PE")["nombre"] == 50
    tension = captured(shared_data, "ft_api_stat-perspective-employeur_H2918_NAT_2024_complete.json")
    answer = answered(Question(Indicator.TENSION, "NAT", "FR", "H2918"), tension)
    assert len(answer.rows) == 8
    found = total(answer, "PERSPECTIVE")
    assert (found["nombre"], found["valeur_decimale"], found["code_periode"]) == (5, Decimal("1.87"), "2024")


def test_the_captured_error_is_no_answer(shared_data: Path) -> None:
    with pytest.raises(AnswerError, match="codeHttp"):
        read(CAPTURED, captured(shared_data, "ft_api_error_500_no_list.json"))


@pytest.mark.parametrize(
    ("given", "form"), [({}, "liste_absente"), ({"listeValeursParPeriode": None}, "liste_absente")]
)
def test_an_answer_without_list_says_that_there_is_nothing(given: dict[str, Any], form: str) -> None:
    assert read(QUESTION, {"codeIndicateur": "DE_1"} | given) == NoData(form)
    assert read(QUESTION, DOCUMENT | {"listeValeursParPeriode": []}) == NoData("liste_vide")


def changed(**facts: Any) -> dict[str, Any]:
    return DOCUMENT | {"listeValeursParPeriode": [VALUE | facts]}


def detailed(**facts: Any) -> dict[str, Any]:
    first, second = VALUE["listeValeurParCaract"]  # type: ignore[misc]
    return changed(listeValeurParCaract=[first, second | facts])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (changed(codeTerritoire="0105"), r"listeValeursParPeriode\[0\].codeTerritoire = '0105', attendu : « 0104 »"),
        (changed(codeTerritoire=104), r"codeTerritoire = 104"),
        (changed(codeTypeTerritoire="DEP"), "codeTypeTerritoire = 'DEP'"),
        (changed(codeActivite="H2919"), "codeActivite = 'H2919'"),
        (changed(codeTypeNomenclature="ORIGINEOFF"), "codeTypeNomenclature = 'ORIGINEOFF'"),
        (changed(codeTypePeriode="ANNEE"), "codeTypePeriode = 'ANNEE'"),
        (changed(codePeriode="2025T5"), "codePeriode = '2025T5'"),
        (changed(codePeriode="2025"), "codePeriode = '2025'"),
        (changed(codeNomenclature=""), "codeNomenclature = ''"),
        (changed(valeurPrincipaleNombre="80"), "valeurPrincipaleNombre = '80', attendu : un nombre"),
        (changed(valeurPrincipaleNombre=-10), "valeurPrincipaleNombre = -10"),
        (changed(valeurPrincipaleNombre=True), "valeurPrincipaleNombre = True"),
        (changed(valeurPrincipaleNombre=Decimal("8.5")), "un nombre entier"),
        (changed(valeurPrincipaleNombre=10**15), "inférieur à"),
        (changed(valeurPrincipaleNombre=Decimal("1E+9999999")), "inférieur à"),
        (changed(valeurPrincipaleTaux=Decimal("-1E+999")), "inférieur à"),
        (changed(valeurPrincipaleTaux=Decimal("1E-999999")), "décimales"),
        (changed(valeurPrincipaleRang=2**31), "valeurPrincipaleRang = 2147483648"),
        (changed(codePeriode="٢٠٢٥T4"), "codePeriode"),
        (changed(libTerritoire="Nord\0"), "libTerritoire = 'Nord.x00'"),
        (changed(libTerritoire="Nord\ud800"), "libTerritoire = 'Nord.ud800'"),
        (changed(codeNomenclature="A" * 101), "codeNomenclature = 'AAA"),
        (changed(valeurSecondairePourcentage=Decimal("100.5")), "un pourcentage entre 0 et 100"),
        (changed(datMaj="hier"), "datMaj = 'hier'"),
        (changed(masque="non"), "masque = 'non'"),
        (changed(listeValeurParCaract={}), "listeValeurParCaract = {}, attendu : une liste"),
        (detailed(pourcentage=-1), r"listeValeursParPeriode\[0\].listeValeurParCaract\[1\].pourcentage = -1"),
        (detailed(codeCaract=None), r"listeValeurParCaract\[1\].codeCaract = None"),
        (detailed(codeCaract="H", nombre=10), r"une seule valeur pour cette clé"),
        (DOCUMENT | {"codeIndicateur": None}, "codeIndicateur = None"),
        (DOCUMENT | {"codeFamille": "OFFRES"}, "codeFamille = 'OFFRES', attendu : « DEMANDEURS », comme demandé"),
        (DOCUMENT | {"listeValeursParPeriode": "rien"}, "listeValeursParPeriode = 'rien'"),
        (DOCUMENT | {"listeValeursParPeriode": [[]]}, r"listeValeursParPeriode\[0\] = \[\]"),
    ],
)
def test_what_does_not_hold_is_named_by_its_place_and_value(document: dict[str, Any], place: str) -> None:
    with pytest.raises(AnswerError, match=place):
        read(QUESTION, document)


@pytest.mark.parametrize("key", [key for key in VALUE if key.startswith("code")])
def test_a_required_key_that_is_absent_is_named(key: str) -> None:
    value = {name: content for name, content in VALUE.items() if name != key}
    with pytest.raises(AnswerError, match=f"{key} = 'absent'"):
        read(QUESTION, DOCUMENT | {"listeValeursParPeriode": [value]})


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(nouveau={"a": 1}),
        lambda value: value["listeValeurParCaract"][0].update(nouveau=1),
        lambda value: value.pop("listeValeurParCaract"),
        lambda value: value.update(listeValeurParCaract=None),
        lambda value: value.pop("datMaj"),
        lambda value: value["listeValeurParCaract"].append(dict(value["listeValeurParCaract"][0])),
    ],
)
def test_what_may_vary_is_taken(change: Callable[[dict[str, Any]], object]) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document["listeValeursParPeriode"][0])  # type: ignore[index]
    assert total(answered(QUESTION, document), "A")["nombre"] == 80


def test_a_number_may_be_absent_and_a_mask_hides_whatever_stands_beside_it() -> None:
    document = detailed(masque=True, nombre=10)
    first, second = answered(QUESTION, document).rows[1:]
    assert (first["nombre"], second["nombre"], second["pourcentage"], second["masque"]) == (70, None, None, True)
    bare = copy.deepcopy(document)
    del bare["listeValeursParPeriode"][0]["listeValeurParCaract"][0]["nombre"]
    first = answered(QUESTION, bare).rows[1]
    assert (first["nombre"], first["pourcentage"], first["masque"]) == (None, 96, False)


def test_other_kinds_of_values_have_columns_of_their_own() -> None:
    facts = {"valeurPrincipaleTaux": Decimal("-1.5"), "valeurPrincipaleMontant": 2100, "valeurPrincipaleRang": 4}
    row = answered(QUESTION, changed(**facts)).rows[0]
    assert (row["taux"], row["montant"], row["rang"]) == (Decimal("-1.5"), 2100, 4)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b'{"a": 1', b"<html>", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"),
        b'{"a": 1e99999999999999999999}',
    ],
)
def test_a_body_that_is_no_json_may_heal(body: bytes) -> None:
    with pytest.raises(UnavailableError, match=f"{len(body)} octets"):
        read_json(body)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_json_is_read_whatever_its_letters_were_written_in(charset: str) -> None:
    assert read_json('{"libTerritoire": "Étampes"}'.encode(charset)) == {"libTerritoire": "Étampes"}


def test_a_value_too_deep_to_be_shown_is_told_all_the_same() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(AnswerError, match="codeIndicateur = list"):
        read(QUESTION, DOCUMENT | {"codeIndicateur": deep})


def test_the_question_asks_for_the_last_period_only() -> None:
    assert Question(Indicator.TENSION, "DEP", "59", "CUMUL", details=True).body == {
        "codeTypeTerritoire": "DEP",
        "codeTerritoire": "59",
        "codeTypeActivite": "CUMUL",
        "codeActivite": "CUMUL",
        "codeTypePeriode": "ANNEE",
        "codeTypeNomenclature": "TYPE_TENSION",
        "dernierePeriode": True,
        "sansCaracteristiques": False,
    }
