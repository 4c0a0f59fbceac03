"""The load of one delivery into its versioned table, on a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from territoires.contracts import load_all
from territoires.inbox import Deposit
from territoires.warehouse import journal
from territoires.warehouse.load import Counts, Load, TooManyClosings, load
from territoires.warehouse.quarantine import Flag, QuarantinedRow

CONTRACTS = load_all()
INVESTMENTS = CONTRACTS["banque_des_territoires/investissements"]
CONTACTS = CONTRACTS["banque_des_territoires/referents"]
NO_KEYS = pd.DataFrame({"id_ti": [], "date_debut": pd.Series([], dtype="datetime64[s]")})


def new_delivery(connection: Any, operator: str, delivery: str) -> int:
    content = uuid.uuid4().hex * 2
    deposit = Deposit(uuid.uuid4(), operator, delivery, "a.csv", 1, content, datetime.now(UTC), link=False)
    return int(journal.register(connection, deposit)["id_livraison"])


def operations(amounts: dict[str, float]) -> pd.DataFrame:
    n = len(amounts)
    return pd.DataFrame(
        {
            "id_operation": list(amounts),
            "id_ti": ["ti-0101"] * n,
            "siren_beneficiaire": pd.Series([None] * n, dtype="str"),
            "libelle": ['Halle "A" ; lot\n2'] * n,
            "axe": ["attirer"] * n,
            "domaine": ["friches"] * n,
            "nature": ["pret"] * n,
            "montant_engage_eur": list(amounts.values()),
            "montant_decaisse_eur": [float("nan")] * n,
            "date_engagement": pd.Series([datetime(2019, 3, 5)] * n, dtype="datetime64[s]"),  # noqa: DTZ001 - a date
            "date_fin_prevue": pd.Series([pd.NaT] * n, dtype="datetime64[s]"),
            "statut": ["engage"] * n,
            "ligne": range(2, n + 2),
        }
    )


def contacts(territories: Sequence[str], name: str = "Exemple") -> pd.DataFrame:
    n = len(territories)
    texts = ("prenom", "fonction", "email_professionnel", "telephone_professionnel")
    frame = {"id_ti": list(territories), "nom": [name] * n}
    frame |= {column: [f"{column}@demo.example"] * n for column in texts}
    begins = pd.Series([datetime(2019, 3, 5)] * n, dtype="datetime64[s]")  # noqa: DTZ001 - a date
    ends = pd.Series([pd.NaT] * n, dtype="datetime64[s]")
    return pd.DataFrame({**frame, "date_debut": begins, "date_fin": ends, "ligne": range(2, n + 2)})


def bring(connection: Any, frame: pd.DataFrame, **more: Any) -> tuple[int, Counts]:
    contract = more.pop("contract", INVESTMENTS)
    delivery_id = more.pop("delivery_id", None) or new_delivery(connection, contract.operator, contract.delivery)
    job = {
        "refused": [],
        "flags": [],
        "refused_keys": NO_KEYS,
        "keys_unread": 0,
        "closing_allowed": False,
        **more,
    }
    with connection.transaction():
        counts = load(connection, Load(delivery_id=delivery_id, contract=contract, accepted=frame, **job))
    return delivery_id, counts


@pytest.fixture
def connection(entrepot: Any) -> Any:
    with entrepot.connect("loader") as opened:
        opened.autocommit = True
        yield opened


def versions(connection: Any, key: str) -> list[dict[str, Any]]:
    query = (
        "select montant_engage_eur, valide_a is null as courante, id_livraison, id_livraison_fin"
        " from core.banque_des_territoires_investissements where id_operation = %s order by valide_de"
    )
    return list(connection.execute(query, [key]).fetchall())


def test_first_load_keeps_every_value_as_it_was(connection: Any) -> None:
    delivery_id, counts = bring(connection, operations({"BDT-2019-00001": 1234567.89}))
    assert counts == Counts(added=1, changed=0, unchanged=0, closed=0, corrected=0)
    [row] = connection.execute("select * from core.banque_des_territoires_investissements").fetchall()
    assert row["libelle"] == 'Halle "A" ; lot\n2'
    assert str(row["montant_engage_eur"]) == "1234567.89"
    assert (row["montant_decaisse_eur"], row["date_fin_prevue"], row["siren_beneficiaire"]) == (None, None, None)
    assert row["date_engagement"] == date(2019, 3, 5)
    assert (row["id_livraison"], row["ligne"], row["valide_a"]) == (delivery_id, 2, None)


def test_only_what_changed_is_written_and_history_shows_both_versions(connection: Any) -> None:
    first, _ = bring(connection, operations({"BDT-2019-00001": 100.0, "BDT-2019-00002": 200.0}))
    second, counts = bring(
        connection, operations({"BDT-2019-00001": 100.0, "BDT-2019-00002": 250.5, "BDT-2019-00003": 1.0})
    )
    assert counts == Counts(added=1, changed=1, unchanged=1, closed=0, corrected=0)
    old, new = versions(connection, "BDT-2019-00002")
    assert (float(old["montant_engage_eur"]), old["courante"], old["id_livraison_fin"]) == (200.0, False, second)
    assert (float(new["montant_engage_eur"]), new["courante"], new["id_livraison"]) == (250.5, True, second)
    assert [row["id_livraison"] for row in versions(connection, "BDT-2019-00001")] == [first]


def test_an_older_delivery_loaded_late_never_overwrites_a_newer_one(connection: Any) -> None:
    older = new_delivery(connection, "banque_des_territoires", "investissements")
    newer, _ = bring(connection, operations({"BDT-2019-00001": 300.0}))
    _, counts = bring(connection, operations({"BDT-2019-00001": 100.0, "BDT-2019-00009": 9.0}), delivery_id=older)
    assert counts == Counts(added=1, changed=0, unchanged=1, closed=0, corrected=0)
    [only] = versions(connection, "BDT-2019-00001")
    assert (float(only["montant_engage_eur"]), only["id_livraison"]) == (300.0, newer)


def test_a_whole_state_closes_what_is_absent_but_not_what_is_only_refused(connection: Any) -> None:
    many = [f"ti-{number:04d}" for number in range(101, 121)]
    bring(connection, contacts(many), contract=CONTACTS)
    refused_key = pd.DataFrame(
        {"id_ti": [many[0]], "date_debut": pd.Series([datetime(2019, 3, 5)], dtype="datetime64[s]")}  # noqa: DTZ001
    )
    _, counts = bring(connection, contacts(many[2:]), contract=CONTACTS, refused_keys=refused_key)
    assert counts.closed == 1
    query = "select id_ti from core.banque_des_territoires_referents where valide_a is null order by id_ti"
    assert [row["id_ti"] for row in connection.execute(query)] == [many[0], *many[2:]]


def test_a_whole_state_with_an_unreadable_key_closes_nothing(connection: Any) -> None:
    many = [f"ti-{number:04d}" for number in range(101, 121)]
    bring(connection, contacts(many), contract=CONTACTS)
    _, counts = bring(connection, contacts(many[1:]), contract=CONTACTS, keys_unread=1)
    assert counts.closed == 0


def test_closing_above_the_ceiling_waits_for_an_approval_and_writes_nothing(connection: Any) -> None:
    many = [f"ti-{number:04d}" for number in range(101, 121)]
    bring(connection, contacts(many), contract=CONTACTS)
    with pytest.raises(TooManyClosings) as caught:
        bring(connection, contacts(many[:10]), contract=CONTACTS)
    assert (caught.value.closing, caught.value.current) == (10, 20)
    query = "select count(*) as n from core.banque_des_territoires_referents where valide_a is null"
    assert connection.execute(query).fetchone()["n"] == 20
    _, counts = bring(connection, contacts(many[:10]), contract=CONTACTS, closing_allowed=True)
    assert counts.closed == 10


def test_a_refused_row_is_kept_raw_in_its_order_and_said_corrected_when_its_key_loads(connection: Any) -> None:
    cells = {"Statut": None, "Montant engagé": "1 234,5x €", "N° opération": "BDT-2019-00007"}
    row = QuarantinedRow(14, "BDT-2019-00007", cells, [{"regle": "type"}])
    flag = Flag(3, "montant_engage_eur", "montant_inhabituel", "60000000", "Montant élevé")
    refused_by, _ = bring(connection, operations({"BDT-2019-00001": 1.0}), refused=[row], flags=[flag])
    [kept] = connection.execute("select * from quarantaine.ligne").fetchall()
    assert list(kept["contenu"].items()) == list(cells.items())
    assert (kept["id_livraison"], kept["ligne"], kept["statut"]) == (refused_by, 14, "ouverte")
    assert connection.execute("select count(*) as n from quarantaine.signalement").fetchone()["n"] == 1
    mended_by, counts = bring(connection, operations({"BDT-2019-00007": 1234.5}))
    assert counts.corrected == 1
    [kept] = connection.execute("select * from quarantaine.ligne").fetchall()
    assert (kept["statut"], kept["corrigee_par"]) == ("corrigee", mended_by)


def test_a_failure_in_the_middle_leaves_the_warehouse_as_it_was(connection: Any) -> None:
    bring(connection, operations({"BDT-2019-00001": 1.0}))
    twice = QuarantinedRow(14, None, {}, [])
    with pytest.raises(Exception, match="id_livraison"):
        bring(connection, operations({"BDT-2019-00001": 2.0}), refused=[twice, twice])
    [only] = versions(connection, "BDT-2019-00001")
    assert (float(only["montant_engage_eur"]), only["courante"]) == (1.0, True)


def test_the_same_content_is_a_duplicate_unless_it_was_refused(connection: Any) -> None:
    facts = ("banque_des_territoires", "investissements", "a.csv", 1, "ab" * 32, datetime.now(UTC), False)
    first = journal.register(connection, Deposit(uuid.uuid4(), *facts))
    again = journal.register(connection, Deposit(uuid.uuid4(), *facts))
    assert (first["statut"], again["statut"], again["doublon_de"]) == ("recue", "doublon", first["id_livraison"])
    journal.update(connection, first["id_livraison"], statut="refusee")
    assert journal.register(connection, Deposit(uuid.uuid4(), *facts))["statut"] == "recue"


def test_the_same_deposit_found_again_after_a_kill_is_the_same_delivery(connection: Any) -> None:
    facts = ("banque_des_territoires", "investissements", "a.csv", 1, "cd" * 32, datetime.now(UTC), False)
    deposit = Deposit(uuid.uuid4(), *facts)
    first = journal.register(connection, deposit)
    assert journal.register(connection, deposit)["id_livraison"] == first["id_livraison"]


def test_a_step_killed_before_its_end_is_said_interrupted_by_the_next_try(connection: Any, entrepot: Any) -> None:
    delivery_id = new_delivery(connection, "programme", "contrats")
    killed = journal.step(entrepot.loader_url, delivery_id, "lire")
    killed.__enter__()  # and never left, as by kill -9
    with pytest.raises(ValueError, match="illisible"), journal.step(entrepot.loader_url, delivery_id, "lire"):
        raise ValueError("illisible : dupont@demo.example")
    with journal.step(entrepot.loader_url, delivery_id, "lire", "run-3") as outcome:
        outcome.rows = 12
    rows = connection.execute("select essai, statut, lignes, code_erreur, message from journal.etape order by essai")
    assert [tuple(row.values()) for row in rows] == [
        (1, "interrompue", None, None, None),
        (2, "echouee", None, "ValueError", None),
        (3, "reussie", 12, None, None),
    ]
