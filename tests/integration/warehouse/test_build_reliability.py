"""How far a figure can be trusted: what came, what waits for a correction, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from territoires.warehouse import build
from territoires.warehouse.engine import Connection
from tests.integration.warehouse.build_world import LOADED, World, read


def refused(world: World, delivery: int, line: int, *reasons: tuple[str | None, str], **columns: object) -> None:
    told = [
        {"column": column, "value": "une valeur", "rule": rule, "message": "…", "remedy": "…", "severity": "error"}
        for column, rule in reasons
    ]
    row = {"id_livraison": delivery, "ligne": line, "contenu": Jsonb({}), "motifs": Jsonb(told), "cree_le": LOADED}
    world.insert("quarantaine.ligne", row | columns)


def test_each_type_of_delivery_tells_how_fresh_and_how_complete_it_is(
    entrepot: Any, world: World, loader: Connection
) -> None:
    loaded = LOADED + timedelta(days=30)
    supports = world.delivery("bpifrance", "accompagnements", "chargee_partiellement", chargee_le=loaded)
    refused(world, supports, 7, ("SIRET", "siret"))
    refused(world, supports, 8, ("SIRET", "siret"), statut="corrigee", corrigee_par=supports, close_le=loaded)
    refused(world, supports, 9, ("SIRET", "siret"), statut="expiree", close_le=loaded)
    world.delivery("bpifrance", "accompagnements", "en_attente", lignes_lues=2)
    world.delivery("programme", "conventions", "refusee")
    world.delivery("banque_des_territoires", "investissements", "refusee", chargee_le=loaded)
    expected = {"operateur": "bpifrance", "livraison": "jamais_venue", "periode": "2019", "libelle": "2019"}
    days = ("periode_debut", "periode_fin", "ouverte_le", "attendue_le", "en_retard_le")
    world.insert("journal.calendrier", expected | dict.fromkeys(days, LOADED.date()) | {"etat_complet": False})
    build.build(loader)
    rows = {(row["operateur"], row["livraison"]): row for row in read(entrepot, "select * from fiabilite")}
    row = rows["bpifrance", "accompagnements"]
    assert (row["lignes_en_vigueur"], row["lignes_a_corriger"], row["lignes_en_attente"]) == (1, 1, 2)
    assert (row["completude"], row["a_jour_au"], row["a_corriger_depuis"]) == (Decimal("0.25"), loaded, LOADED)
    assert (row["lignes_corrigees"], row["lignes_abandonnees"], row["livraisons_en_attente"]) == (1, 1, 1)
    operations = rows["banque_des_territoires", "investissements"]
    assert (operations["lignes_en_vigueur"], operations["completude"]) == (len(world.operations), 1)
    assert rows["banque_des_territoires", "referents"]["lignes_en_vigueur"] == 2, "past and future contacts count too"
    assert rows["programme", "conventions"]["a_jour_au"] == LOADED, "a refused file makes nothing fresher"
    [fresh] = read(entrepot, "select distinct a_jour_au, lignes_a_corriger from enveloppe_annuelle")
    assert (fresh["a_jour_au"], fresh["lignes_a_corriger"]) == (LOADED, 0), "nor one whose rows were all refused"
    never = rows["bpifrance", "jamais_venue"]
    assert (never["a_jour_au"], never["completude"], never["lignes_en_vigueur"]) == (None, None, 0)


def test_open_rows_are_told_by_column_and_rule_without_a_value(entrepot: Any, world: World, loader: Connection) -> None:
    first, second = world.delivery("bpifrance", "accompagnements"), world.delivery("bpifrance", "accompagnements")
    refused(world, first, 2, ("N° SIRET", "siret"), ("Date début", "minimum"))
    refused(world, first, 3, ("N° SIRET", "siret"), cree_le=datetime(2024, 1, 1, tzinfo=UTC))
    refused(world, second, 2, ("N° SIRET", "siret"), (None, "cle_unique"))
    refused(world, second, 3, ("N° SIRET", "siret"), statut="levee", levee_par="a", levee_motif="b", close_le=LOADED)
    build.build(loader)
    rows = {(row["colonne"], row["regle"]): row for row in read(entrepot, "select * from quarantaine_ouverte")}
    counted = {key: (row["lignes_a_corriger"], row["nb_livraisons"]) for key, row in rows.items()}
    assert counted == {
        ("N° SIRET", "siret"): (3, 2),
        ("Date début", "minimum"): (1, 1),
        ("ligne entière", "cle_unique"): (1, 1),
    }
    assert rows["N° SIRET", "siret"]["depuis"] == datetime(2024, 1, 1, tzinfo=UTC)
    assert "une valeur" not in str(rows)
