"""Every blocking check can stop a build, every warning is told; those for all tables see each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg import sql

from territoires.contracts import load_all
from territoires.warehouse import build, checks, constructions, subjects
from territoires.warehouse.engine import Connection, connect
from territoires.warehouse.sql import statement
from tests.integration.warehouse.build_world import PHASE_1, World, read


def outcomes(findings: tuple[checks.Finding, ...]) -> dict[str, str]:
    return {finding.check.name: finding.outcome for finding in findings}


SABOTAGE = {
    "les_investissements_sont_ceux_de_core": "update magasin_candidat.investissement set montant_engage_eur = 1",
    "les_engagements_sont_ceux_de_core": (
        "update magasin_candidat.engagement set emplois_prevus = 0 where operateur = 'business_france'"
    ),
    "chaque_table_a_toutes_les_lignes_de_sa_source": "delete from magasin_candidat.projet_attractivite",
    "chaque_livraison_chargee_a_toutes_ses_lignes_dans_core": "delete from core.pole_emploi_actions_recrutement",
    "chaque_mot_d_operateur_a_son_mot_commun": (
        "update magasin_candidat.engagement set type_engagement = null where operateur = 'business_france'"
    ),
    "les_budgets_des_contrats_sont_ceux_de_leurs_fiches": "update magasin_candidat.contrat set nb_fiches_innover = 1",
    "l_enveloppe_annuelle_est_la_somme_des_operations": (
        "update magasin_candidat.enveloppe_annuelle set decaisse_eur = decaisse_eur + 1 where annee = 2020"
    ),
    "les_besoins_des_territoires_et_du_reste_font_ceux_de_la_france": (
        "update magasin_candidat.besoin_main_oeuvre_territoire set saisonniers_max = saisonniers_max - 0.0001"
    ),
    "les_besoins_de_la_france_sont_ceux_de_core": (
        "update magasin_candidat.besoin_main_oeuvre_national set projets_max = projets_min, nb_valeurs_masquees = 0"
    ),
    "l_adequation_reprend_tous_les_faits": (
        "update magasin_candidat.adequation_formation set nb_fiches_recruter = nb_fiches_recruter + 1"
    ),
    "les_totaux_des_territoires_sont_ceux_des_engagements": (
        "update magasin_candidat.territoire set nb_participants = 0"
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


def found(connection: Connection, check: str, build_id: int = 0) -> checks.Finding:
    """Run one check in the transaction that *connection* is in."""
    [asked] = [each for each in checks.every_check() if each.name == check]
    constructions.bind(connection, build_id)
    return checks.run(connection, asked)


@pytest.mark.usefixtures("world")
def test_each_blocking_check_finds_what_makes_its_sentence_false(entrepot: Any, loader: Connection) -> None:
    build_id = build.build_candidate(loader)
    assert set(SABOTAGE) == {check.name for check in checks.every_check() if check.blocking}
    for check, sabotage in SABOTAGE.items():
        # core's tables are the owner's, the candidate's the loader's
        with connect(entrepot.owner_url if "drop index" in sabotage else entrepot.loader_url) as connection:
            assert found(connection, check, build_id).outcome == "reussi", check
            connection.execute(sabotage)  # type: ignore[call-overload]
            finding = found(connection, check, build_id)
            assert (finding.outcome, finding.stops) == ("en_defaut", True), check
            assert 0 < len(finding.examples) <= min(5, finding.rows), check
            connection.rollback()


def test_a_blocking_check_stops_the_publication(entrepot: Any, world: World, loader: Connection) -> None:
    check = "les_engagements_sont_ceux_de_core"
    build.build(loader)
    before = read(entrepot, "select * from construction, enveloppe_annuelle order by annee")
    world.operation(1, 70_000)
    build_id = build.build_candidate(loader)
    world.run(SABOTAGE[check])
    with pytest.raises(build.CheckFailed, match=check):
        build.check(loader, build_id)
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
            "update core.banque_des_territoires_investissements set montant_decaisse_eur = 1e9",
        ),
        ("chaque_fiche_action_a_un_contrat_transmis", "update core.programme_fiches_actions set id_contrat = 'CTR-0'"),
        (
            "chaque_livraison_attendue_a_moins_de_cent_jours",
            "update magasin_candidat.livraison set chargee_le = now() - interval '101 days'",
        ),
        (
            "un_territoire_a_un_seul_referent_par_operateur",
            (
                "update magasin_candidat.referent set date_debut = date_debut - 1;"
                " insert into magasin_candidat.referent"
                " (operateur, phase, id_ti, cle_territoire, date_debut, id_livraison, ligne)"
                " select operateur, phase, id_ti, cle_territoire, date_debut + 1, id_livraison, ligne"
                " from magasin_candidat.referent"
            ),
        ),
    ],
)
def test_a_warning_is_told_and_lets_the_build_pass(check: str, between: str, entrepot: Any, loader: Connection) -> None:
    world = World(entrepot.loader_url)
    now = datetime.now(UTC)
    operations = world.delivery("banque_des_territoires", "investissements", chargee_le=now)
    world.operation(operations, 1, montant_decaisse_eur=Decimal(1), statut="abandonne")
    world.contact(world.delivery("banque_des_territoires", "referents", chargee_le=now), "ti-0001", PHASE_1)
    world.contract(world.delivery("programme", "contrats", chargee_le=now), "CTR-2019-0001")
    world.version("fiche", world.delivery("programme", "fiches_actions", chargee_le=now))
    build_id = build.build_candidate(loader)
    assert outcomes(build.check(loader, build_id))[check] == "reussi"
    world.run(between)
    if " core." in between:
        build_id = build.build_candidate(loader)
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


MOVED = "update {} set cle_territoire = '9/ailleurs' where ctid = (select min(ctid) from {})"
SITUATED, TRACED = 12, 8
"""Tables of the candidate whose rows name a territory: four of commitments in their own words, the one that unites
them, contracts, sheets and contacts, which also name their delivery and line; and four that are computed."""


def test_a_check_for_all_facts_looks_at_each_of_them(world: World, loader: Connection) -> None:
    """A fact added to bi is checked from its first build: nobody has a list to complete."""
    build.build_candidate(loader)
    tables = {
        row["relname"]: row["tracee"]
        for row in world.run(
            "select relname, bool_or(attname = 'ligne') as tracee from pg_class as c"
            " inner join pg_attribute as a on a.attrelid = c.oid"
            " where relnamespace = 'magasin_candidat'::regnamespace and relkind = 'r' and relname <> 'territoire'"
            " group by relname having bool_or(attname = 'cle_territoire')"
        )
    }
    assert (len(tables), sum(tables.values())) == (SITUATED, TRACED)
    for table, traced in tables.items():
        name = sql.Identifier("magasin_candidat", table)
        changed = loader.execute(sql.SQL(MOVED).format(name, name))
        assert changed.rowcount or table == "tension_metier_territoire"
        orphans = found(loader, "chaque_fait_designe_un_territoire_de_la_dimension")
        assert {example["objet"] for example in orphans.examples} == ({table} if changed.rowcount else set())
        if traced:
            loader.execute(sql.SQL("update {} set ligne = null").format(name))
            lineless = found(loader, "chaque_fait_vient_d_une_livraison_chargee")
            assert {example["objet"] for example in lineless.examples} == {table}
        loader.rollback()


@pytest.mark.parametrize(
    "check", ["une_cle_n_a_qu_une_version_courante", "les_versions_d_une_cle_ne_se_chevauchent_pas"]
)
def test_a_check_for_all_histories_looks_at_each_contract(check: str, loader: Connection) -> None:
    query = subjects.expand(loader, statement(f"quality/bloquant/{check}.sql"))
    assert query is not None
    asked = query.as_string(loader)
    for contract in load_all().values():
        assert f'"core"."{contract.table}"' in asked
        key = ", ".join(f'"{column}"' for column in contract.primary_key)
        assert f"concat_ws(' ', {key})" in asked


def test_a_check_of_tables_that_are_not_there_is_no_good_news(loader: Connection) -> None:
    """Asked of an empty candidate, « every fact… » would hold for lack of facts."""
    finding = found(loader, "chaque_fait_designe_un_territoire_de_la_dimension")
    assert (finding.outcome, finding.message) == ("en_erreur", "aucune table à contrôler")
    assert finding.stops


def test_a_row_missing_from_core_is_told_with_its_delivery(world: World, loader: Connection) -> None:
    check = "chaque_livraison_chargee_a_toutes_ses_lignes_dans_core"
    assert found(loader, check).outcome == "reussi"
    world.run("update journal.livraison set lignes_acceptees = 4 where livraison = 'fiches_actions'")
    [example] = found(loader, check).examples
    assert (example["objet"], example["a_ouvrir"], example["ouvertes"], example["dans_core"]) == (
        "programme_fiches_actions",
        4,
        1,
        1,
    )
