"""What BI reads equals what core holds, added up independently in Python, and every blocking check can stop a build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from territoires.contracts import load_all
from territoires.warehouse import build, checks, constructions
from territoires.warehouse.engine import Connection, connect
from tests.integration.warehouse.build_world import LOADED, PHASE_2, World, programme


@pytest.fixture
def world(entrepot: Any) -> World:
    return programme(entrepot.loader_url)


@pytest.fixture
def loader(entrepot: Any) -> Iterator[Connection]:
    with connect(entrepot.loader_url) as connection:
        yield connection


def read(entrepot: Any, query: str, *values: object) -> list[dict[str, Any]]:
    """Read as BI tools do: by the role bi, without naming the schema."""
    with connect(entrepot.bi_url) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload,no-any-return]


def outcomes(findings: tuple[checks.Finding, ...]) -> dict[str, str]:
    return {finding.check.name: finding.outcome for finding in findings}


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
    assert (row["nb_contrats"], row["nb_operateurs_avec_referent"]) == (1, 1)
    contract = read(entrepot, "select * from contrat where id_contrat = 'CTR-2019-0001'")[0]
    assert contract["delai_protocole_signature_jours"] == (date(2019, 7, 8) - date(2019, 3, 21)).days
    assert contract["ecart_semaine_industrie_jours"] == -3
    contacts = read(entrepot, "select id_ti from referent")
    assert [contact["id_ti"] for contact in contacts] == ["ti-0001"], "a contact whose time is over is no contact"


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
    assert len(rows) == 4
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


SABOTAGE = {
    "les_investissements_sont_ceux_de_core": "update magasin_candidat.investissement set montant_engage_eur = 1",
    "les_contrats_et_les_livraisons_y_sont_tous": "delete from magasin_candidat.contrat",
    "l_enveloppe_annuelle_est_la_somme_des_operations": (
        "update magasin_candidat.enveloppe_annuelle set decaisse_eur = decaisse_eur + 1 where annee = 2020"
    ),
    "les_totaux_des_territoires_sont_ceux_des_operations": (
        "update magasin_candidat.territoire set nb_investissements = 0"
    ),
    "chaque_fait_designe_un_territoire_de_la_dimension": (
        "delete from magasin_candidat.territoire where cle_territoire = 'inconnu'"
    ),
    "chaque_fait_vient_d_une_livraison_chargee": "update magasin_candidat.livraison set statut = 'refusee'",
    "une_cle_n_a_qu_une_version_courante": (
        "drop index core.programme_contrats_courant; insert into core.programme_contrats"
        " (id_contrat, id_ti, pilote, statut, valide_de, id_livraison, ligne) select"
        " id_contrat, id_ti, pilote, statut, valide_de, id_livraison, ligne from core.programme_contrats"
    ),
    "les_versions_d_une_cle_ne_se_chevauchent_pas": (
        "insert into core.programme_contrats"
        " (id_contrat, id_ti, pilote, statut, valide_de, valide_a, id_livraison, ligne) select id_contrat, id_ti,"
        " pilote, statut, valide_de - interval '2 days', valide_de + interval '1 day', id_livraison, ligne"
        " from core.programme_contrats"
    ),
    "chaque_table_et_colonne_a_un_commentaire": "comment on column magasin_candidat.contrat.statut is null",
    "les_donnees_personnelles_ne_sont_que_dans_referent": (
        "alter table magasin_candidat.contrat add column email_signataire text;"
        " comment on column magasin_candidat.contrat.email_signataire is 'Adresse'"
    ),
}


@pytest.mark.parametrize("check", [c.name for c in checks.every_check() if c.blocking])
def test_a_blocking_check_stops_the_publication(check: str, entrepot: Any, world: World, loader: Connection) -> None:
    build.build(loader)
    before = read(entrepot, "select * from construction, enveloppe_annuelle order by annee")
    world.operation(1, 70_000)
    build_id = build.build_candidate(loader)
    # core's tables are the owner's, the candidate's the loader's
    role = entrepot.owner_url if " core." in SABOTAGE[check] else entrepot.loader_url
    with connect(role) as connection:
        connection.execute(SABOTAGE[check])  # type: ignore[call-overload]
    with pytest.raises(build.CheckFailed, match=check) as caught:
        build.check(loader, build_id)
    finding = next(finding for finding in caught.value.findings if finding.check.name == check)
    assert finding.rows > 0
    assert 0 < len(finding.examples) <= 5
    with pytest.raises(build.NotReady, match="rejetee"):
        build.swap(loader, build_id)
    assert read(entrepot, "select * from construction, enveloppe_annuelle order by annee") == before
    kept = world.run("select * from journal.controle where id_construction = %s and statut = 'en_defaut'", build_id)
    assert check in {row["controle"] for row in kept}
    told = world.run("select statut, message from journal.construction where id_construction = %s", build_id)[0]
    assert told["statut"] == "rejetee"
    assert check in told["message"]


@pytest.mark.usefixtures("world")
def test_a_healthy_programme_passes_every_blocking_check(loader: Connection) -> None:
    findings = outcomes(build.check(loader, build.build_candidate(loader)))
    assert {findings[check.name] for check in checks.every_check() if check.blocking} == {"reussi"}


@pytest.mark.parametrize(
    ("check", "between"),
    [
        (
            "le_decaisse_ne_depasse_pas_l_engage",
            "update magasin_candidat.investissement set montant_decaisse_eur = 1e9",
        ),
        (
            "chaque_livraison_attendue_a_moins_de_cent_jours",
            "update magasin_candidat.livraison set chargee_le = now() - interval '101 days'",
        ),
        (
            "un_territoire_a_un_seul_referent_par_operateur",
            (
                "update magasin_candidat.referent set date_debut = date_debut - 1;"
                " insert into magasin_candidat.referent"
                " (operateur, phase, id_ti, cle_territoire, date_debut, id_livraison)"
                " select operateur, phase, id_ti, cle_territoire, date_debut + 1, id_livraison"
                " from magasin_candidat.referent"
            ),
        ),
    ],
)
def test_a_warning_is_told_and_lets_the_build_pass(check: str, between: str, entrepot: Any, loader: Connection) -> None:
    world = World(entrepot.loader_url)
    for operator, delivery in (("banque_des_territoires", "investissements"), ("programme", "contrats")):
        number = world.delivery(operator, delivery)
        world.run("update journal.livraison set chargee_le = now() where id_livraison = %s", number)
    world.operation(number, 1, montant_decaisse_eur=Decimal(1), statut="abandonne")
    world.contact(number, "ti-0001", date(2019, 3, 5))
    build_id = build.build_candidate(loader)
    assert outcomes(build.check(loader, build_id))[check] == "reussi"
    world.run(between)
    assert outcomes(build.check(loader, build_id))[check] == "en_defaut"
    assert build.swap(loader, build_id)


@pytest.mark.usefixtures("world")
def test_a_fact_without_territory_and_a_missing_list_are_told(loader: Connection) -> None:
    findings = {f.check.name: f for f in build.check(loader, build.build_candidate(loader))}
    assert findings["chaque_fait_a_un_territoire_de_la_liste"].outcome == "en_defaut"
    assert findings["les_listes_de_reference_sont_chargees"].examples != ()


def test_a_collapse_since_the_last_publication_is_told(world: World, loader: Connection) -> None:
    check = "le_nombre_de_lignes_ne_s_effondre_pas"
    build.build(loader)
    assert outcomes(build.check(loader, build.build_candidate(loader)))[check] == "reussi"
    world.run(
        "update core.banque_des_territoires_investissements set valide_a = now() where id_operation > 'BDT-2020-00010'"
        " and valide_a is null"
    )
    assert outcomes(build.check(loader, build.build_candidate(loader)))[check] == "en_defaut"


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
