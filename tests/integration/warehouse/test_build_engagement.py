"""What the four operators promise stands in one relation and in the views of bi, counted again here in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from territoires.contracts import load_all
from territoires.warehouse import build
from territoires.warehouse.engine import Connection
from tests.integration.warehouse.build_world import LOADED, PHASE_1, PHASE_2, World, read

OPERATORS = ("banque_des_territoires", "bpifrance", "business_france", "pole_emploi")
WORDS = {
    "nature_engagement": (
        ("banque_des_territoires/investissements", "nature"),
        ("bpifrance/accompagnements", "dispositif"),
        ("pole_emploi/actions_recrutement", "type_action"),
        ("business_france/projets_attractivite", "type_projet"),
    ),
    "statut_engagement": (
        ("banque_des_territoires/investissements", "statut"),
        ("bpifrance/accompagnements", "statut"),
        ("business_france/projets_attractivite", "etape"),
    ),
}


def engagement(world: World, operator: str) -> dict[str, Any]:
    [row] = world.run("select * from core.fct_engagement where operateur = %s and valide_a is null", operator)
    return row


def views(entrepot: Any, view: str) -> list[dict[str, Any]]:
    return read(entrepot, f"select * from {view}")


@pytest.mark.parametrize("table", WORDS)
def test_each_word_that_a_contract_allows_has_a_common_word(table: str, entrepot: Any) -> None:
    """A contract widened without its migration would stop bi: this says it before it is merged."""
    column = "nature_operateur" if table.startswith("nature") else "statut_operateur"
    contracts = load_all()
    allowed = {
        (contracts[name].operator, word)
        for name, field in WORDS[table]
        for each in contracts[name].fields
        if each.name == field
        for word in each.enum
    }
    known = World(entrepot.loader_url).run(f"select operateur, {column} as mot from core.{table}")
    assert len(allowed) >= 14
    assert allowed <= {(row["operateur"], row["mot"]) for row in known}


def test_four_operators_stand_in_one_relation_with_their_own_details_beside(world: World) -> None:
    rows = world.run("select operateur, count(*) as n from core.fct_engagement where valide_a is null group by 1")
    expected = dict.fromkeys(OPERATORS, 1) | {"banque_des_territoires": len(world.operations)}
    assert {row["operateur"]: row["n"] for row in rows} == expected
    support, action, project = (engagement(world, operator) for operator in ("bpifrance", "pole_emploi", OPERATORS[2]))
    assert (support["type_engagement"], support["libelle"]) == ("accompagnement", "Exemple SAS")
    assert (support["montant_engage_eur"], support["date_engagement"]) == (Decimal("28000.50"), date(2020, 2, 3))
    assert (action["participants"], action["recrutements"], action["montant_engage_eur"]) == (48, 7, None)
    assert (action["libelle"], action["statut_canonique"]) == ("Forum de recrutement", "realise")
    assert (project["investissement_attendu_eur"], project["montant_engage_eur"]) == (12_000_000, None)
    assert (project["emplois_prevus"], project["statut_operateur"]) == (85, "decision")
    detail = "select siret from core.bpifrance_accompagnements where id_version = %s"
    assert world.run(detail, support["id_version"]) == [{"siret": "12345678200010"}]


def test_a_version_that_was_closed_is_still_there_as_it_was(world: World) -> None:
    """The relation has the history of the four tables, whoever closes a version: there is nothing to keep in step."""
    change = LOADED + timedelta(days=30)
    world.run("update core.bpifrance_accompagnements set valide_a = %s", change)
    delivery = world.delivery("bpifrance", "accompagnements")
    world.version("accompagnement", delivery, statut="termine", valide_de=change)
    rows = world.run("select * from core.fct_engagement where operateur = 'bpifrance' order by valide_de")
    assert [(row["statut_canonique"], row["valide_a"]) for row in rows] == [("en_cours", change), ("realise", None)]
    assert rows[0]["id_version"] != rows[1]["id_version"]


def test_an_action_without_a_step_is_done_once_its_day_has_come(entrepot: Any) -> None:
    world = World(entrepot.loader_url)
    delivery, today = world.delivery("pole_emploi", "actions_recrutement"), datetime.now(UTC).date()
    world.version("action", delivery, id_action="PE-1", date_action=today - timedelta(days=2))
    world.version("action", delivery, id_action="PE-2", date_action=today + timedelta(days=2))
    announced = {"valide_de": datetime(2019, 3, 1, tzinfo=UTC), "valide_a": datetime(2019, 3, 6, tzinfo=UTC)}
    world.version("action", delivery, id_action="PE-3", date_action=date(2019, 3, 10), **announced)
    rows = world.run("select statut_canonique from core.fct_engagement order by id_engagement")
    assert [row["statut_canonique"] for row in rows] == ["realise", "identifie", "identifie"], (
        "a version that was closed before the day of the action never said that it took place"
    )


@pytest.mark.parametrize(
    ("engineers", "commerce", "hired"), [(2, 1, 3), (2, None, 2), (None, 1, 1), (None, None, None), (0, None, 0)]
)
def test_a_school_that_was_not_counted_is_no_zero(
    engineers: int | None, commerce: int | None, hired: int | None, entrepot: Any
) -> None:
    world = World(entrepot.loader_url)
    counts = {"nb_recrutements_ecoles_ingenieurs": engineers, "nb_recrutements_ecoles_commerce": commerce}
    world.version("accompagnement", world.delivery("bpifrance", "accompagnements"), **counts)
    assert engagement(world, "bpifrance")["recrutements"] == hired


def test_bi_tells_each_commitment_once_with_its_territory_and_its_line(
    entrepot: Any, world: World, loader: Connection
) -> None:
    build.build(loader)
    rows = views(entrepot, "engagement")
    assert len(rows) == len(world.operations) + 3
    for row in rows:
        if row["operateur"] != "banque_des_territoires":
            assert (row["cle_territoire"], row["libelle_territoire"]) == ("1/ti-0001", "Val de Lorraine")
            assert (row["ligne"], row["nb_versions"], row["premiere_version_le"]) == (2, 1, LOADED)
    operations = {row["id_operation"]: row for row in views(entrepot, "investissement")}
    common = ("cle_territoire", "montant_engage_eur", "compte_comme_engage", "nb_versions", "ligne", "nom_fichier")
    for row in rows:
        if row["operateur"] == "banque_des_territoires":
            assert [row[name] for name in common] == [operations[row["id_engagement"]][name] for name in common]


@pytest.mark.usefixtures("world")
def test_each_operator_has_a_view_in_its_own_words(entrepot: Any, loader: Connection) -> None:
    build.build(loader)
    [support], [action] = views(entrepot, "accompagnement"), views(entrepot, "action_recrutement")
    [project] = views(entrepot, "projet_attractivite")
    assert (support["siren"], support["dispositif"], support["type_engagement"]) == (
        "123456782",
        "accelerateur_pme",
        "accompagnement",
    )
    assert (action["taux_embauche"], action["statut"]) == (Decimal("0.1458"), "realise")
    assert (project["etape"], project["statut_commun"], project["compte_comme_engage"]) == (
        "decision",
        "en_cours",
        True,
    )
    assert {row["nom_fichier"] for row in (support, action, project)} == {
        "accompagnements.csv",
        "actions_recrutement.csv",
        "projets_attractivite.csv",
    }


def test_a_commune_and_an_occupation_are_named_by_their_latest_vintage(
    entrepot: Any, world: World, loader: Connection
) -> None:
    register = world.run("select min(id_registre) as n from core.registre_version")[0]["n"]
    for vintage, kind, name in (("2019", "COM", "Ancien nom"), ("2022", "COM", "Pompey"), ("2023", "COMD", "Déléguée")):
        row = {"millesime": vintage, "type_commune": kind, "code_commune": "54430", "libelle": name}
        world.insert("core.commune", row | {"id_registre": register})
    for version, name in (("v450", "Soudage"), ("v460", "Soudeur / Soudeuse")):
        row = {"millesime": version, "code_rome": "H2913", "libelle": name, "code_parent": "H2913"}
        world.insert("core.rome", row | {"id_registre": register})
    world.run("update core.pole_emploi_actions_recrutement set code_commune = '54430', code_rome = 'H2913'")
    build.build(loader)
    [action] = views(entrepot, "action_recrutement")
    assert (action["nom_commune"], action["metier"]) == ("Pompey", "Soudeur / Soudeuse")


def test_a_territory_sums_up_each_operator(entrepot: Any, world: World, loader: Connection) -> None:
    lost = world.delivery("bpifrance", "accompagnements")
    world.version("accompagnement", lost, id_accompagnement="BPI-2", statut="abandonne", montant_eur=Decimal(9))
    late = {"id_projet": "BF-2", "date_etape": PHASE_2, "emplois_prevus": 5}
    world.version("projet", world.delivery("business_france", "projets_attractivite"), **late)
    build.build(loader)
    rows = {row["cle_territoire"]: row for row in views(entrepot, "territoire")}
    home = rows["1/ti-0001"]
    assert (home["nb_accompagnements"], home["accompagnements_eur"]) == (2, Decimal("28000.50"))
    assert (home["nb_actions_recrutement"], home["nb_participants"], home["nb_embauches"]) == (1, 48, 7)
    assert (home["nb_projets_attractivite"], home["emplois_prevus"]) == (1, 85)
    assert (home["nb_fiches_action"], home["budget_fiches_eur"]) == (1, Decimal("180000.10"))
    assert (rows["2/ti-0001"]["libelle"], rows["2/ti-0001"]["emplois_prevus"]) == ("Homonyme de la phase 2", 5)


def test_a_contract_adds_up_its_sheets_and_a_sheet_waits_for_its_contract(
    entrepot: Any, world: World, loader: Connection
) -> None:
    delivery = world.delivery("programme", "fiches_actions")
    for number, axis, budget, contract in (
        (2, "recruter", 20, "CTR-2019-0001"),
        (3, "attirer", 5, "CTR-2019-0001"),
        (4, "simplifier", None, "CTR-2019-0001"),
        (5, "innover", 7, "CTR-2019-0404"),
    ):
        sheet = {"id_fiche": f"FA-0000{number}", "axe": axis, "budget_eur": budget, "id_contrat": contract}
        world.version("fiche", delivery, **sheet, ligne=number)
    build.build(loader)
    contract = read(entrepot, "select * from contrat where id_contrat = 'CTR-2019-0001'")[0]
    assert (contract["nb_fiches"], contract["nb_fiches_sans_budget"]) == (4, 1)
    assert contract["budget_fiches_eur"] == Decimal("180025.10")
    assert (contract["nb_fiches_recruter"], contract["budget_recruter_eur"]) == (2, Decimal("180020.10"))
    assert (contract["nb_fiches_simplifier"], contract["budget_simplifier_eur"]) == (1, None)
    sheets = {row["id_fiche"]: row for row in views(entrepot, "fiche_action")}
    assert (sheets["FA-00002"]["libelle_territoire"], sheets["FA-00002"]["ligne"]) == ("Val de Lorraine", 2)
    waiting = sheets["FA-00005"]
    assert (waiting["contrat_connu"], waiting["cle_territoire"], waiting["statut_contrat"]) == (False, "inconnu", None)


def objectives(entrepot: Any) -> dict[str, dict[str, Any]]:
    return {row["indicateur"]: row for row in views(entrepot, "convention")}


def test_an_objective_stands_beside_what_was_reached_in_its_years(
    entrepot: Any, world: World, loader: Connection
) -> None:
    supports = world.delivery("bpifrance", "accompagnements")
    counted = {"nb_recrutements_ecoles_commerce": 4}
    world.version("accompagnement", supports, id_accompagnement="BPI-2", siret="12345678200028", **counted)
    world.version("accompagnement", supports, id_accompagnement="BPI-3", siret="99999999900010", statut="abandonne")
    late = {"id_accompagnement": "BPI-4", "date_debut": date(2023, 1, 1)}
    world.version("accompagnement", supports, **late, nb_recrutements_ecoles_commerce=100)
    objective = world.delivery("programme", "conventions")
    bank = {"operateur": "banque_des_territoires", "indicateur": "Montant engagé", "unite": "eur", "cible": 400_000_000}
    world.version("objectif", objective, **bank)
    firms = {"indicateur": "DÉMONSTRATION - Entreprises accompagnées", "unite": "entreprises", "cible": 4}
    world.version("objectif", objective, **firms)
    contacts = {"operateur": "pole_emploi", "indicateur": "Référent unique", "unite": "referents", "cible": 136}
    world.version("objectif", objective, **contacts)
    build.build(loader)
    rows = objectives(entrepot)
    hired = rows["Jeunes diplômés recrutés"]
    assert (hired["valeur_atteinte"], hired["part_atteinte"], hired["part_de_la_periode"]) == (4, Decimal("0.4"), 1)
    assert hired["engagements_sans_mesure"] == 1, "one of the two commitments that count does not say how many"
    expected = sum(world.counted("montant_engage_eur", year=year) for year in range(2019, 2023))
    assert rows["Montant engagé"]["valeur_atteinte"] == expected
    assert rows["DÉMONSTRATION - Entreprises accompagnées"]["valeur_atteinte"] == 1, "two sites of one company"
    assert rows["Référent unique"]["valeur_atteinte"] == 1
    assert all(row["calcul"] and row["a_jour_au"] for row in rows.values())


def test_what_cannot_be_measured_stays_empty_and_is_not_zero(entrepot: Any, loader: Connection) -> None:
    world = World(entrepot.loader_url)
    objective = world.delivery("programme", "conventions")
    for indicator, unit in (
        ("Notoriété du programme", "pourcent"),
        ("Montant engagé et décaissé", "eur"),  # two measures claim it
        ("Montant engagé", "eur"),  # nothing was delivered
    ):
        bank = {"operateur": "banque_des_territoires", "indicateur": indicator, "unite": unit}
        world.version("objectif", objective, **bank)
    project = world.delivery("business_france", "projets_attractivite")
    world.version("projet", project, emplois_prevus=None)
    for indicator, unit, years in (
        ("Emplois", "emplois", (2019, 2022)),  # the one project does not say
        ("Projets décidés en 2019", "projets", (2019, 2019)),  # delivered, and none that year
    ):
        france = {"operateur": "business_france", "indicateur": indicator, "unite": unit}
        world.version("objectif", objective, **france, annee_debut=years[0], annee_fin=years[1])
    build.build(loader)
    rows = objectives(entrepot)
    assert {name: row["valeur_atteinte"] for name, row in rows.items()} == {
        "Notoriété du programme": None,
        "Montant engagé et décaissé": None,
        "Montant engagé": None,
        "Emplois": None,
        "Projets décidés en 2019": 0,
    }
    assert (rows["Notoriété du programme"]["calcul"], rows["Montant engagé"]["a_jour_au"]) == (None, None)
    assert rows["Emplois"]["engagements_sans_mesure"] == 1


def test_contacts_of_the_four_operators_are_told_with_their_territory(
    entrepot: Any, world: World, loader: Connection
) -> None:
    past = world.delivery("pole_emploi", "referents")
    world.contact(past, "ti-0002", PHASE_1, "pole_emploi", date_fin=date(2020, 1, 1))
    build.build(loader)
    rows = views(entrepot, "referent")
    assert sorted(row["operateur"] for row in rows) == list(OPERATORS)
    assert {(row["cle_territoire"], row["nom_fichier"]) for row in rows} == {("1/ti-0001", "referents.csv")}
