"""What BI reads equals what core holds, added up independently in Python."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from territoires.contracts import load_all
from territoires.warehouse import build, constructions
from territoires.warehouse.engine import Connection, connect
from territoires.warehouse.sql import statement
from tests.integration.warehouse.build_world import LOADED, PHASE_2, World, read


def test_each_year_of_the_envelope_adds_up_its_operations(entrepot: Any, world: World, loader: Connection) -> None:
    build.build(loader)
    rows = {row["annee"]: row for row in read(entrepot, "select * from enveloppe_annuelle")}
    assert sorted(rows) == list(range(min(rows), max(rows) + 1))
    assert {2018, 2021, 2024} <= set(rows), "a year without operations (2021) is there too"
    assert rows[2021]["engage_eur"] == 0
    for year, row in rows.items():
        assert row["engage_eur"] == world.counted("montant_engage_eur", year=year)
        assert row["decaisse_eur"] == world.counted("montant_decaisse_eur", year=year)
        assert row["engage_cumule_eur"] == world.counted("montant_engage_eur", until=year)
        assert row["decaisse_cumule_eur"] == world.counted("montant_decaisse_eur", until=year)
        assert row["part_de_l_annonce"] == round(row["engage_cumule_eur"] / 500_000_000, 4)


def test_the_announced_envelope_is_visible_against_the_500_millions(entrepot: Any, loader: Connection) -> None:
    build.build(loader)
    rows = read(entrepot, "select * from enveloppe_annuelle order by annee")
    assert [(row["annee"], row["objectif_eur"]) for row in rows] == [(y, 100_000_000) for y in range(2019, 2023)]
    assert (rows[-1]["objectif_cumule_eur"], rows[-1]["annonce_eur"]) == (400_000_000, 500_000_000)
    assert rows[-1]["part_de_l_objectif_dans_l_annonce"] == Decimal("0.8")
    assert all("400 M€" in row["source_objectif"] for row in rows)


def test_an_operation_keeps_its_lineage_and_its_history(entrepot: Any, world: World, loader: Connection) -> None:
    build.build(loader)
    rows = {row["id_operation"]: row for row in read(entrepot, "select * from investissement")}
    assert len(rows) == len(world.operations)
    versions = world.run(
        "select id_operation, count(*) as n from core.banque_des_territoires_investissements group by id_operation"
    )
    assert {v["n"] for v in versions} == {1, 2}
    for version in versions:
        assert rows[version["id_operation"]]["nb_versions"] == version["n"]
    for operation in world.operations:
        row = rows[operation["id_operation"]]
        assert (row["id_livraison"], row["ligne"]) == (operation["id_livraison"], operation["ligne"])
        assert (row["nom_fichier"], row["modifiee_le"]) == ("investissements.csv", LOADED)
        assert row["premiere_version_le"] == LOADED - timedelta(days=30 if row["nb_versions"] == 2 else 0)


def test_an_id_is_read_in_the_list_in_force_at_the_date_of_the_fact(entrepot: Any, loader: Connection) -> None:
    """145 of the 149 ids of phase 1 name another place in phase 2: a join on id_ti alone moves money to it."""
    world = World(entrepot.loader_url)
    world.territory(2, "ti-0001", "Basse-Terre")
    delivery = world.delivery("banque_des_territoires", "investissements")
    world.operation(delivery, 1, date_engagement=PHASE_2 - timedelta(days=1))
    world.operation(delivery, 2, date_engagement=PHASE_2)
    build.build(loader)
    query = "select id_operation, libelle_territoire from investissement order by id_operation"
    assert [row["libelle_territoire"] for row in read(entrepot, query)] == ["Territoire inconnu", "Basse-Terre"]
    world.territory(1, "ti-0001", "Cap Excellence")
    build.build(loader)
    assert [row["libelle_territoire"] for row in read(entrepot, query)] == ["Cap Excellence", "Basse-Terre"]


def test_a_territory_that_no_list_knows_loses_no_row(entrepot: Any, world: World, loader: Connection) -> None:
    build.build(loader)
    lost = [row for row in world.operations if row["id_ti"] == "ti-9999"]
    # ti-0002 left the programme with phase 1: in phase 2 that id names nobody
    lost += [row for row in world.operations if row["id_ti"] == "ti-0002" and row["date_engagement"] >= PHASE_2]
    assert lost
    unknown = read(entrepot, "select * from territoire where cle_territoire = 'inconnu'")[0]
    assert unknown["nb_investissements"] == len(lost)
    total = read(entrepot, "select sum(nb_investissements) as n, sum(engage_eur) as e from territoire")[0]
    assert (total["n"], total["e"]) == (len(world.operations), world.counted("montant_engage_eur"))


@pytest.mark.usefixtures("world")
def test_a_territory_tells_its_contract_and_its_contact(entrepot: Any, loader: Connection) -> None:
    build.build(loader)
    row = read(entrepot, "select * from territoire where cle_territoire = '1/ti-0001'")[0]
    assert (row["libelle"], row["pilote"], row["statut_contrat"]) == ("Val de Lorraine", True, "signe")
    assert (row["nb_contrats"], row["nb_operateurs_avec_referent"]) == (1, 4)
    contract = read(entrepot, "select * from contrat where id_contrat = 'CTR-2019-0001'")[0]
    assert contract["delai_protocole_signature_jours"] == (date(2019, 7, 8) - date(2019, 3, 21)).days
    assert contract["ecart_semaine_industrie_jours"] == -3
    contacts = read(entrepot, "select operateur, id_ti from referent order by operateur")
    operators = ["banque_des_territoires", "bpifrance", "business_france", "pole_emploi"]
    expected = [(operator, "ti-0001") for operator in operators]
    assert [tuple(contact.values()) for contact in contacts] == expected, "one whose time is over is no contact"


def test_a_perimeter_is_told_with_its_epcis(entrepot: Any, world: World, loader: Connection) -> None:
    register = world.run("select min(id_registre) as n from core.registre_version")[0]["n"]
    common = {"phase": 1, "id_ti": "ti-0001", "id_registre": register, "valide_de": date(2019, 3, 5)}
    epci = {"millesime": "2023", "nb_membres": 13, "id_registre": register, "population_municipale": 41_000}
    world.insert("core.epci", epci | {"siren": "245400601", "raison_sociale": "CC du Bassin de Pompey"})
    world.insert(
        "core.territoire_perimetre",
        common | {"type_maille": "epci", "code": "245400601", "libelle": "CC du Bassin de Pompey"},
        common | {"type_maille": "commune", "code": "54001", "libelle": "Une commune"},
        common | {"type_maille": "epci", "code": "245400602", "libelle": "Sortie", "valide_a": date(2020, 1, 1)},
    )
    build.build(loader)
    row = read(entrepot, "select * from territoire where cle_territoire = '1/ti-0001'")[0]
    assert (row["nb_epci"], row["epci"]) == (1, "CC du Bassin de Pompey (245400601)")
    assert (row["nb_communes_citees"], row["population_epci"]) == (1, 41_000)


def test_a_delivery_tells_its_rates_and_nothing_of_its_content(entrepot: Any, world: World, loader: Connection) -> None:
    refused = world.delivery("programme", "contrats", "refusee", repondue_le=LOADED + timedelta(seconds=42))
    build.build(loader)
    rows = {row["id_livraison"]: row for row in read(entrepot, "select * from livraison")}
    assert len(rows) == 13
    first = min(rows)
    assert (rows[first]["taux_refus"], rows[first]["est_la_derniere"]) == (Decimal("0.25"), True)
    assert (rows[refused]["delai_reponse_s"], rows[refused]["taux_refus"]) == (42, None)
    assert not {"anomalies", "motif", "sha256", "contenu"} & set(rows[first])


def test_each_view_and_each_column_has_a_comment(entrepot: Any, loader: Connection) -> None:
    build.build(loader)
    rows = read(
        entrepot,
        "select c.relname, a.attname, obj_description(c.oid, 'pg_class') as vue,"
        " col_description(c.oid, a.attnum) as colonne"
        " from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid"
        " where c.relnamespace = 'bi'::regnamespace and a.attnum > 0",
    )
    assert {row["relname"] for row in rows} == set(build.VIEWS)
    assert [(r["relname"], r["attname"]) for r in rows if not (r["vue"] and r["colonne"])] == []


def test_personal_data_leave_core_by_the_view_of_contacts_alone(entrepot: Any, loader: Connection) -> None:
    build.build(loader)
    personal = {f.name for c in load_all().values() for f in c.fields if f.personal_data != "aucune"}
    assert "email_professionnel" in personal
    rows = read(
        entrepot,
        "select table_name, column_name from information_schema.columns where table_schema = 'bi'"
        " and column_name = any (%s)",
        list(personal),
    )
    assert {row["table_name"] for row in rows} == {"referent"}
    guard = statement("quality/bloquant/les_donnees_personnelles_ne_sont_que_dans_referent.sql")
    [pattern] = re.findall(r"attname ~ '(.+)'", guard)
    assert [name for name in personal if not re.search(pattern, name)] == [], "the check knows them all"


def test_a_delivery_loaded_after_the_build_does_not_make_its_checks_fail(world: World, loader: Connection) -> None:
    build_id = build.build_candidate(loader)
    world.operation(world.delivery("banque_des_territoires", "investissements"), 80_000)
    build.check(loader, build_id)
    assert build.swap(loader, build_id)


def test_a_failing_statement_leaves_its_file_and_code_in_the_journal(
    entrepot: Any, world: World, loader: Connection
) -> None:
    build.build(loader)
    with connect(entrepot.owner_url) as owner:
        owner.execute("alter table core.programme_contrats rename column signataires to autre")
    with pytest.raises(Exception, match="signataires"):
        build.build_candidate(loader)
    last = world.run("select * from journal.construction order by id_construction desc limit 1")[0]
    assert last["statut"] == "echouee"
    assert last["message"] == "bi/contrat.sql : UndefinedColumn (42703)"
    assert read(entrepot, "select count(*) as n from contrat")[0]["n"] == 2


def test_a_build_that_nobody_knows_is_refused(loader: Connection) -> None:
    for step in (build.check, build.swap):
        with pytest.raises(constructions.UnknownBuild):
            step(loader, 404)
