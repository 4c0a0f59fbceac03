"""The fold done anew is the table that stands, whatever came, in whatever order it was loaded."""

from __future__ import annotations

from random import Random

import pytest

from territoires.delivery.validate import keep_judges
from tests.integration.delivery.conftest import Way
from tests.integration.replay.conftest import drop, prepare


def rows(dice: Random) -> list[str]:
    """A few rows: good ones, wrong values, keys that cannot be read."""
    found = []
    for key in dice.sample(["K1", "K2", "K3", "K4", "K5", "K6"], dice.randint(1, 6)):
        shown = dice.choices([key, "?"], [12, 1])[0]
        value = dice.choices([str(dice.randint(0, 2)), "beaucoup"], [5, 1])[0]
        found.append(f"{shown};{value};note de {key};{dice.choice(['neuf', 'vieux'])}")
    return found


def live(way: Way, to: str, dice: Random) -> None:
    """A life of deliveries: new ones, the same again, refused rows given back corrected, held ones decided late."""
    former: list[list[str]] = []
    for number in range(8):
        waiting = way.query("select id_livraison from journal.livraison where statut = 'en_attente'")
        if waiting and dice.random() < 0.5:
            way.decide(waiting[0]["id_livraison"], dice.choice(["approuvee", "rejetee"]), "vu", f"manuel-{number}")
            way.go("essai")
        given_back = sorted((way.platform.outbound / "essai").glob("*lignes-refusees.csv"))
        if given_back and dice.random() < 0.4:
            content = dice.choice(given_back).read_bytes().replace(b"beaucoup", b"7")
            way.drop_bytes(content, given_back[-1].name, to)
            way.go("essai")
        elif former and dice.random() < 0.2:
            drop(way, to, dice.choice(former), "encore.csv")
        else:
            former.append(rows(dice))
            drop(way, to, former[-1], dice.choice(["export.csv", "export (1).csv", f"mois-{number}.csv"]))
        if dice.random() < 0.2:
            lift_one(way)


def lift_one(way: Way) -> None:
    """Lift the oldest open row, as an engineer does."""
    with way.platform.connect() as connection:
        connection.execute(
            "update quarantaine.ligne set statut = 'levee', levee_par = 'agent', levee_motif = 'essai',"
            " close_le = clock_timestamp()"
            " where id_ligne = (select min(id_ligne) from quarantaine.ligne where statut = 'ouverte')"
        )


@pytest.mark.parametrize(("mode", "seed"), [("delta", 1), ("complet", 2)])
def test_a_fold_of_the_same_deliveries_is_the_same_table(small: Way, mode: str, seed: int) -> None:
    to, dice = f"essai/{mode}", Random(seed)
    with keep_judges():
        live(small, to, dice)
    statuses = {row["statut"] for row in small.query("select statut from journal.livraison")}
    assert len(statuses) >= 3, statuses
    assert not (told := prepare(small, to)).changes, told.report
    loaded = small.query("select id_livraison from journal.livraison where statut = 'chargee'")
    for row in dice.sample(loaded, 2):
        one = prepare(small, to, f"rejeu-{row['id_livraison']}", id_livraison=row["id_livraison"])
        assert not one.changes, one.report


def test_an_older_delivery_approved_after_a_newer_one_is_folded_in_the_order_of_loads(small: Way) -> None:
    """The held one was approved last: its old value must not win, and its own key must keep the date of that day."""
    held = drop(small, "essai/delta", ["K1;1;a;neuf", "K2;1;a;neuf", "?;1;a;neuf", "?;1;b;neuf"])
    assert held["statut"] == "en_attente"
    newer = drop(small, "essai/delta", ["K1;2;b;neuf"])
    small.decide(held["id_livraison"], "approuvee", "vu")
    small.go("essai")
    for number in (held["id_livraison"], newer["id_livraison"]):
        assert not (told := prepare(small, id_livraison=number)).changes, told.report
        started = small.query(
            "select count(*) as n from journal.rejeu_livraison as l join journal.rejeu as r"
            " using (id_rejeu) where r.id_livraison = %s",
            number,
        )
        assert started[0]["n"] == 2  # whichever is chosen, both are folded: loads and arrivals cross
