"""Every file through the platform's own reading and rules, without a warehouse: each meets the fate that it announces.

The last step, comparing the warehouse's figures, needs PostgreSQL and is for tests/integration; what is checked here is
that rows read back are the very rows that the ledger counts on.
"""

from __future__ import annotations

import importlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo import Demo, DemoFile, Row, make_bench
from demo.registers.work import FAMILIES, OCCUPATIONS
from territoires.anomalies import UnreadableFile
from territoires.contracts.loader import load_all
from territoires.contracts.model import Contract
from territoires.delivery.validate import Judge
from territoires.reading import convert, read
from territoires.registers import basins, territories
from territoires.registers.activities import divisions
from territoires.registers.catalogue import Register
from territoires.registers.codes import Codes, Span
from territoires.registers.countries import countries
from territoires.registers.source import source
from territoires.registers.suites import check

REASONS = {
    "colonne_manquante": "colonne_manquante",
    "separateur": "separateur_inconnu",
    "vide": "fichier_vide",
    "entete_seul": "entete_seul",
    "tronque": "classeur_illisible",
    "zip_piege": "archive_chemin_dangereux",
    "mauvais_operateur": "mauvaise_livraison",
    "colonne_inconnue": "colonne_inconnue",
}


def known(demo: Demo) -> dict[str, Codes | None]:
    """What the registers know once the made ones are loaded, and every contract is."""
    territories = demo.ledger.territories
    codes = {
        "territoire": [one.id_ti for one in territories],
        "commune": [commune.code for commune in demo.country.communes],
        "bassin": [basin.code for basin in demo.country.basins],
        "fap": list(FAMILIES),
    }
    return {
        **{name: Codes(frozenset(found), tuple(map(Span, found))) for name, found in codes.items()},
        "rome": Codes(frozenset(OCCUPATIONS)),
        "contrat": Codes(frozenset(str(row["id_contrat"]) for row in demo.ledger.current["programme/contrats"])),
        "pays": countries(),
        "naf": divisions(),
    }


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return dict(load_all())


class Outcome:
    """What reading and the suite make of one file."""

    def __init__(self, demo: Demo, contracts: dict[str, Contract], file: DemoFile) -> None:
        self.contract = contracts[f"{file.operator}/{file.delivery}"]
        others = tuple(one for one in contracts.values() if one.name != self.contract.name)
        reading = read(file.path, file.name, self.contract, others=others)
        self.frame = convert(reading, self.contract)
        judged = Judge(self.contract, known(demo)).judge(reading, self.frame)
        self.frame, self.validation, self.rows = judged.frame, judged.validation, judged.rows
        self.refused = judged.counts["lignes_refusees"]

    def records(self) -> list[Row]:
        """Return the accepted rows as the ledger writes them."""
        names = [field.name for field in self.contract.fields]
        kept = self.frame.loc[self.validation.accepted, names]
        decimals = {field.name: field.decimals for field in self.contract.fields if field.decimals is not None}
        return [
            {name: plain(value, decimals.get(name)) for name, value in zip(names, row, strict=True)}
            for row in kept.itertuples(index=False, name=None)
        ]


@pytest.fixture(scope="module")
def outcomes(demo: Demo, contracts: dict[str, Contract]) -> dict[str, Outcome]:
    """The files that can be read, by name: validating all of them once takes seconds."""
    files = (*demo.files, demo.needs)
    return {file.name: Outcome(demo, contracts, file) for file in files if file.expected_status != "refusee"}


def plain(value: Any, decimals: int | None) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return Decimal(f"{value:.{decimals}f}") if decimals is not None else value


def test_refused_files_are_refused_for_their_defect(demo: Demo, contracts: dict[str, Contract]) -> None:
    found = {}
    for file in demo.files:
        if file.expected_status == "refusee":
            with pytest.raises(UnreadableFile) as refused:
                Outcome(demo, contracts, file)
            found[file.kind] = refused.value.anomalies[0].code
    assert found == REASONS


def test_each_readable_file_meets_the_fate_that_it_announces(demo: Demo, outcomes: dict[str, Outcome]) -> None:
    for file in demo.files:
        if file.name not in outcomes:
            continue
        outcome = outcomes[file.name]
        share = outcome.refused / outcome.rows
        held = outcome.refused > max(
            outcome.contract.refusals_tolerated, outcome.contract.refusal_ceiling * outcome.rows
        )
        assert (held and share < 1) == (file.decision is not None), file.name
        if file.expected_status not in {"doublon", "remplacee"}:
            assert (outcome.rows, outcome.refused) == (file.rows, file.refused_rows), file.name
            assert (outcome.refused > 0) == (file.expected_status == "chargee_partiellement")


def test_rows_that_load_in_order_leave_the_ledger(
    demo: Demo, contracts: dict[str, Contract], outcomes: dict[str, Outcome]
) -> None:
    for name, expected in demo.ledger.current.items():
        contract = contracts[name]
        current: dict[tuple[Any, ...], Row] = {}
        for file in demo.files:
            if f"{file.operator}/{file.delivery}" != name or not file.expected_status.startswith("chargee"):
                continue
            rows = outcomes[file.name].records()
            if contract.mode == "complet":
                current.clear()
            current.update((tuple(row[key] for key in contract.primary_key), row) for row in rows)
        assert current == {tuple(row[key] for key in contract.primary_key): dict(row) for row in expected}, name


@pytest.mark.parametrize("register", [one for one in Register if one is not Register.TERRITORIES])
def test_each_register_is_read_in_its_published_form_and_passes_its_suite(demo: Demo, register: Register) -> None:
    """The address alone would do for most: here the year comes from the file or its name, as for a published one."""
    path = demo.registers.files[register]
    parse = importlib.import_module(f"territoires.registers.{register.definition.reader}").parse
    place = source(register, path.as_uri())
    parsed = parse(path, path.name, place, date(2030, 1, 1))
    assert parsed.millesime == {"rome": "v460", "fap": "2009"}.get(register, "2019")
    assert not parsed.warnings
    assert set(parsed.tables) == set(register.definition.tables)
    assert not [outcome.text for outcome in check(parsed, place.bounds, None) if outcome.failed]


def test_the_basin_without_its_leading_zero_has_it_back(demo: Demo) -> None:
    path = demo.registers.files["bassins"]
    tables = basins.parse(path, path.name, source(Register.BASINS, path.as_uri())).tables
    assert set(tables["bassin"]["code_bassin"]) == {basin.code for basin in demo.country.basins}
    assert ",170," in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "count", "millesime"), [("territories", 136, "2019-03-05"), ("announced", 124, "2018-11-22")]
)
def test_lists_of_territories_pass_their_suite(demo: Demo, name: str, count: int, millesime: str) -> None:
    path = demo.registers.announced if name == "announced" else demo.registers.files["territoires"]
    place = source(Register.TERRITORIES, path.as_uri())
    parsed = territories.parse(path, path.name, place, date(2030, 1, 1))
    assert (parsed.rows, parsed.phase, parsed.millesime, parsed.warnings) == (count, 1, millesime, ())
    assert not [outcome.text for outcome in check(parsed, place.bounds, None) if outcome.failed]


def test_the_file_to_fetch_is_the_rows_that_the_ledger_counts_beside_the_dropped_ones(
    demo: Demo, outcomes: dict[str, Outcome]
) -> None:
    outcome = outcomes[demo.needs.name]
    assert (outcome.rows, outcome.refused) == (demo.needs.rows, 0)
    assert outcome.records() == list(demo.ledger.fetched["pole_emploi/besoins_main_oeuvre"])


def test_every_bad_row_of_the_bench_is_refused_and_no_other(
    demo: Demo, contracts: dict[str, Contract], tmp_path: Path
) -> None:
    bench = make_bench(tmp_path / "b.csv", 20_000)
    operator, delivery = "banque_des_territoires", "investissements"
    outcome = Outcome(demo, contracts, DemoFile(bench.path, operator, delivery, "b.csv", "chargee_partiellement", ""))
    assert outcome.rows == bench.rows
    assert outcome.refused == bench.refused_rows
