"""Files of both eras of one contract, bpifrance/accompagnements 1.0.0 and 2.0.0, in one table, and replayed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from territoires import replay
from territoires.contracts import load_all
from territoires.delivery.answer import answer_delivery
from territoires.delivery.load import load_delivery
from territoires.delivery.read import read_delivery
from territoires.delivery.validate import validate_delivery
from tests.integration.delivery.conftest import Way
from tests.integration.replay.conftest import YES, prepare

TO = "bpifrance/accompagnements"
FILES = Path(__file__).resolve().parents[2] / "fixtures" / "eras" / TO


def received(way: Way, name: str, day: str) -> dict[str, Any]:
    """Take a fixture the whole way as if it had been received on *day*."""
    way.drop_bytes((FILES / name).read_bytes(), name, TO)
    [number] = way.receive("bpifrance")
    with way.platform.connect() as connection:
        connection.execute("update journal.livraison set recue_le = %s where id_livraison = %s", [day, number])
    for step in (read_delivery, validate_delivery, load_delivery, answer_delivery):
        step(way.platform, number)
    return way.row(number)


def current(way: Way) -> dict[str, tuple[Any, ...]]:
    found = way.query(
        "select id_accompagnement, promotion, statut, id_livraison from core.bpifrance_accompagnements"
        " where valide_a is null order by id_accompagnement"
    )
    return {row["id_accompagnement"][-2:]: tuple(row.values())[1:] for row in found}


def test_each_era_is_judged_by_its_rules_and_both_stand_in_one_table(way: Way) -> None:
    old = received(way, "avant-2024.csv", "2023-12-31 22:00+00:00")  # 23:00 in Paris
    new = received(way, "depuis-2024.csv", "2023-12-31 23:30+00:00")  # already 2024 there
    assert (old["contrat_version"], old["statut"], old["avertissements"]) == ("1.0.0", "chargee_partiellement", 0)
    assert (new["contrat_version"], new["statut"], new["anomalies"]) == ("2.0.0", "chargee", [])
    [refused] = way.query("select cle, motifs from quarantaine.ligne")
    assert (refused["cle"], refused["motifs"][0]["rule"]) == (
        "BPI-2023-00004",
        "liste",
    )  # a green loan, before its time
    assert current(way) == {
        "01": ("Promotion 2", "termine", 1),
        "02": (None, "termine", 2),
        "03": (None, "en_cours", 1),
        "05": ("Promotion 5", "en_cours", 1),
        "06": ("Promotion 1", "en_cours", 2),
        "07": (None, "en_cours", 2),
    }


def test_a_former_layout_is_read_by_todays_rules_with_a_word_on_the_new_name(way: Way) -> None:
    row = received(way, "avant-2024.csv", "2026-11-20 09:00+00:00")
    assert (row["contrat_version"], row["statut"]) == ("2.0.0", "chargee")
    assert current(way)["01"][0] == "Promotion 2"
    [told] = row["anomalies"]
    assert (told["code"], told["severity"], told["column"]) == ("ancien_entete", "warning", "cohorte")
    receipt = " ".join(way.receipt(row).split())
    for words in ("cohorte", "promotion", "modeles"):
        assert words in receipt


def test_a_new_layout_that_comes_early_is_read_by_the_rules_of_its_day(way: Way) -> None:
    row = received(way, "depuis-2024.csv", "2023-11-20 09:00+00:00")
    assert (row["contrat_version"], row["statut"], row["anomalies"]) == ("1.0.0", "chargee_partiellement", [])
    assert {one["cle"] for one in way.query("select cle from quarantaine.ligne")} == {
        "BPI-2024-00006",
        "BPI-2024-00007",
    }


def test_the_old_era_replayed_under_the_new_version_gains_what_it_had_refused(way: Way) -> None:
    old = received(way, "avant-2024.csv", "2023-10-15 08:00+00:00")
    received(way, "depuis-2024.csv", "2024-04-15 08:00+00:00")
    prepared = prepare(way, TO, du="2023-01-01", au="2023-12-31", version="2.0.0")
    for line in (
        "| 1 | 1.0.0 → **2.0.0** | chargee_partiellement → **chargee** | 4 → **5** | 1 → **0** | 1 → **0** |",
        "| montant_eur | 753\u202f500 | 873\u202f500 | **+120\u202f000** |",
        "| en_cours | 4 | 5 | **+1** |",
    ):
        assert line in prepared.report, prepared.report
    replay.apply(way.platform, prepared.replay_id, YES)
    assert way.row(1)["statut"] == "chargee"
    assert way.query("select 1 from quarantaine.ligne") == []
    [gained] = way.query("select * from core.bpifrance_accompagnements where id_accompagnement = 'BPI-2023-00004'")
    assert (gained["dispositif"], gained["montant_eur"]) == ("pret_vert", Decimal(120_000))
    assert (gained["valide_de"], gained["id_livraison"]) == (old["chargee_le"], 1)
    assert current(way)["02"] == (None, "termine", 2)  # what came after stands where it stood


def test_every_table_of_the_warehouse_has_the_columns_of_the_present_contract(entrepot: Any) -> None:
    """A contract that renames a column and forgets the migration would fail at the first delivery."""
    with entrepot.connect("loader") as connection:
        for contract in load_all().values():
            found = connection.execute(
                "select column_name from information_schema.columns where table_schema = 'core' and table_name = %s",
                [contract.table],
            ).fetchall()
            assert {row["column_name"] for row in found} >= set(contract.headers), contract.name
