"""Rows judged by registers at their date, zeros restored, and rules between rows: what the operator is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.delivery.conftest import Way

ACTIONS = "pole_emploi/actions_recrutement"
REGISTERS = """
with chargement as (
    insert into core.registre_version (registre, millesime, source_url, sha256, statut, lignes, courant)
    values ('communes', '2019', 'x', repeat('0', 64), 'charge', 1, true),
        ('communes', '2021', 'x', repeat('0', 64), 'charge', 1, true),
        ('rome', 'v460', 'x', repeat('0', 64), 'charge', 1, true)
    returning id_registre, registre, millesime
),
communes as (
    insert into core.commune (millesime, type_commune, code_commune, libelle, code_parent, id_registre)
    select l.millesime, l.type_commune, l.code_commune, 'Commune', l.code_parent, c.id_registre
    from (values
        ('2019', 'COM', '01001', null), ('2019', 'COM', '01033', null), ('2019', 'COM', '54430', null),
        ('2021', 'COM', '01001', null), ('2021', 'COMD', '01033', '01001'), ('2021', 'COM', '54430', null)
    ) as l (millesime, type_commune, code_commune, code_parent)
    inner join chargement as c on c.registre = 'communes' and c.millesime = l.millesime
)
insert into core.rome (millesime, code_rome, libelle, code_parent, id_registre)
select millesime, 'H2903', 'Métier', 'H2903', id_registre from chargement where registre = 'rome';
call core.calculer_geographie()
"""


def actions(*rows: str) -> bytes:
    head = "id_action;id_ti;type_action;code_rome;date_action;code_commune;nb_participants;nb_embauches"
    return "\r\n".join([head, *rows, ""]).encode()


def contacts(*rows: str) -> bytes:
    head = "id_ti;nom;prenom;email_professionnel;date_debut;date_fin"
    return "\r\n".join([head, *rows, ""]).encode()


def take(way: Way, content: bytes, to: str) -> dict[str, Any]:
    way.drop_bytes(content, "export.csv", to)
    [row] = way.go(to.partition("/")[0])
    return row


def reasons(way: Way) -> dict[int, list[dict[str, str]]]:
    rows = way.query("select ligne, motifs from quarantaine.ligne order by ligne")
    return {row["ligne"]: row["motifs"] for row in rows}


@pytest.fixture
def registers(entrepot: Any) -> None:
    with entrepot.connect("owner") as connection:
        connection.execute(REGISTERS)


@pytest.mark.usefixtures("registers")
def test_codes_are_judged_at_the_date_of_their_row_and_zeros_restored(way: Way) -> None:
    row = take(
        way,
        actions(
            "PE-2019-00001;ti-0101;forum;H2903;17/09/2019;1001;40;3",
            "PE-2019-00002;ti-0101;forum;;17/09/2019;1033;40;3",
            "PE-2021-00003;ti-0101;forum;;17/09/2021;01033;40;3",
            "PE-2019-00004;ti-0101;forum;H2999;17/09/2019;01002;40;3",
        ),
        ACTIONS,
    )
    assert (row["statut"], row["lignes_acceptees"], row["avertissements"]) == ("chargee_partiellement", 2, 2)
    loaded = way.query("select ligne, code_commune from core.pole_emploi_actions_recrutement order by ligne")
    assert [(one["ligne"], one["code_commune"]) for one in loaded] == [(2, "01001"), (3, "01033")]
    told = reasons(way)
    [merged] = told[4]
    assert merged["rule"] == "registre_a_la_date"
    assert merged["remedy"].endswith("Vouliez-vous écrire « 01001 » ?")
    assert {one["rule"] for one in told[5]} == {"registre"}
    assert {one["column"] for one in told[5]} == {"code_rome", "code_commune"}
    receipt = " ".join(way.receipt(row).split())
    assert "Si « 01001 » est juste, vous n'avez rien à faire." in receipt  # the remedy of the rule itself
    assert "{" not in "".join(one["message"] + one["remedy"] for found in told.values() for one in found)


def test_without_communes_nor_occupations_a_delivery_goes_on_and_the_journal_says_what_was_not_judged(way: Way) -> None:
    row = take(way, actions("PE-2019-00001;ti-0101;forum;H2999;17/09/2019;99999;40;3"), ACTIONS)
    assert row["statut"] == "chargee"
    query = "select colonne, regle from journal.resultat_regle where lignes_examinees = 0 order by 1, 2"
    assert [tuple(one.values()) for one in way.query(query)] == [
        ("code_commune", "registre"),
        ("code_commune", "registre_a_la_date"),
        ("code_rome", "registre"),
    ]


def test_two_contacts_at_once_are_told_each_the_line_of_the_other(way: Way) -> None:
    row = take(
        way,
        contacts(
            "ti-0101;Exemple;Camille;camille.exemple@operateur.example;05/03/2019;",
            "ti-0201;Exemple;Dominique;dominique.exemple@operateur.example;05/03/2019;30/09/2019",
            "ti-0101;Exemple;Alix;alix.exemple@operateur.example;01/10/2019;",
            "ti-0201;Exemple;Sacha;sacha.exemple@operateur.example;01/10/2019;",
        ),
        "bpifrance/referents",
    )
    assert (row["statut"], row["lignes_acceptees"]) == ("chargee_partiellement", 2)
    told = reasons(way)
    assert {line: [one["rule"] for one in found] for line, found in told.items()} == {
        2: ["un_seul_referent"],
        4: ["un_seul_referent"],
    }
    assert told[2][0]["message"].startswith("La ligne 4 ")
    assert told[4][0]["message"].startswith("La ligne 2 ")
    # Both dates are written well: there is nothing to guess.
    assert "Vouliez-vous" not in told[2][0]["remedy"]


def test_a_key_that_stands_twice_names_the_other_line(way: Way) -> None:
    take(
        way,
        actions(
            "PE-2019-00001;ti-0101;forum;;17/09/2019;;40;3",
            "PE-2019-00002;ti-0101;forum;;17/09/2019;;40;3",
            "PE-2019-00001;ti-0101;forum;;18/09/2019;;40;3",
        ),
        ACTIONS,
    )
    assert {line: found[0]["message"][:11] for line, found in reasons(way).items()} == {
        2: "La ligne 4 ",
        4: "La ligne 2 ",
    }


def test_a_sheet_may_come_before_its_contract_and_says_so_once(way: Way) -> None:
    head = "id_fiche;id_contrat;axe;intitule;statut"
    sheets = "programme/fiches_actions"
    first = take(way, f"{head}\r\nFA-00001;CTR-2019-0017;recruter;École de production;prevue\r\n".encode(), sheets)
    assert (first["statut"], first["avertissements"]) == ("chargee", 1)
    assert "déposez aussi le fichier des contrats" in " ".join(way.receipt(first).split())
    contract = "id_contrat;id_ti;pilote;statut\r\nCTR-2019-0017;ti-0101;oui;projet\r\n"
    take(way, contract.encode(), "programme/contrats")
    second = take(way, f"{head}\r\nFA-00001;CTR-2019-0017;recruter;École de production;en_cours\r\n".encode(), sheets)
    assert (second["statut"], second["avertissements"]) == ("chargee", 0)


def test_the_points_to_check_are_those_that_the_receipt_lists(way: Way) -> None:
    """One warning on an accepted row and one on the file; that of a refused row is neither listed nor counted."""
    head = "id_fiche;id_contrat;axe;intitule;statut;echeance;maitre_ouvrage;partenaires;budget_eur;financeurs;note"
    rows = (
        "FA-00001;CTR-2019-0017;recruter;Un;prevue;;;;;;x",
        "FA-00002;CTR-2019-0018;innover;Deux;prevue;fin 2021;;;;;x",
    )
    row = take(way, "\r\n".join([head, *rows, ""]).encode(), "programme/fiches_actions")
    assert (row["statut"], row["avertissements"]) == ("chargee_partiellement", 1)
    receipt = way.receipt(row)
    assert "  2 points à vérifier\n" in receipt.replace("\u00a0", " ")
    assert "0018" not in receipt.partition("Points à vérifier\n")[2]
