"""Every contract, every kind of rule: the sheet of refused rows, its marked cells put right, leaves nothing open."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from territoires.contracts.model import Comparison, Contract, Field, RequiredIf
from tests.integration.delivery.conftest import Way

TERRITORIES = """
insert into core.territoire (phase, id_ti, libelle, valide_de, id_registre)
select 1, 'ti-' || n, 'Territoire ' || n, '2018-11-22', min(id_registre)
from core.registre_version cross join generate_series(1000, 1099) as n group by n
"""
BY_TYPE = {"date": "31/02/2019", "number": "douze", "integer": "douze", "boolean": "peut-être", "string": "?"}


def sound(contract: Contract, number: int) -> dict[str, str]:
    """The contract's own examples, under a key of its own."""
    cells = {column.name: str(column.example or "") for column in contract.fields}
    if "id_ti" in cells:
        cells["id_ti"] = f"ti-{1000 + number}"
    first = told_apart_by(contract)
    if re.search(r"\d{4,}$", cells[first]) and first != "id_ti":
        cells[first] = re.sub(r"\d+$", lambda found: f"{number:0{len(found.group())}d}", cells[first])
    if "indicateur" in contract.primary_key:
        cells["indicateur"] = f"Indicateur {number}"
    return cells


def told_apart_by(contract: Contract) -> str:
    """The column of the key that differs from row to row: a year is that of the whole file."""
    return next(name for name in contract.primary_key if contract.column(name).type == "string")


def faults(contract: Contract) -> Iterator[Mapping[str, str]]:
    """Cells that break each rule of *contract*, one rule (or more) for each row."""
    for column in contract.fields:
        yield from ({column.name: text} for text in _wrong(column))
    for rule in contract.rules:
        if isinstance(rule, RequiredIf):
            yield {rule.column: "", rule.when: rule.values[0]}
        elif isinstance(rule, Comparison):
            late = {"date": "2026-01-31", "integer": "999", "number": "9000000"}[contract.column(rule.left).type]
            early = {"date": "2018-12-01", "integer": "0", "number": "0"}[contract.column(rule.left).type]
            yield {rule.left: late if rule.operator in {"<", "<="} else early}


def _wrong(column: Field) -> Iterator[str]:
    if column.required:
        yield ""
    if column.type != "string" or column.enum or column.pattern or column.identifier:
        yield BY_TYPE[column.type]
    else:
        yield "=HYPERLINK(1)"
    if column.max_length:
        yield "x" * (column.max_length + 1)
    if column.identifier:
        yield f"{str(column.example)[:-1]}{(int(str(column.example)[-1]) + 1) % 10}"
    if column.minimum is not None:
        yield "01/01/1900" if column.type == "date" else "-999999"
    if column.name == "id_ti":
        yield "ti-9999"


def csv_of(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def drop(way: Way, contract: Contract, content: bytes, name: str) -> dict[str, Any]:
    way.drop_bytes(content, name, contract.name)
    [row] = way.go(contract.operator)
    if row["statut"] == "en_attente":
        way.decide(row["id_livraison"], "approuvee", "vu")
        [row] = way.go(contract.operator)
    return row


def put_right(path: Path, good: dict[int, dict[str, str]], key: str) -> bytes:
    """Write in each cell that has a note what should have been there, as the operator would, and nothing else.

    The note of a key of several columns stands at the first of them, and names them all: *key* is the one that differs.
    """
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headers = [str(cell.value) for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        line = int(str(row[headers.index("ligne_d_origine")].value).rsplit(" ", 1)[-1])
        marked = {header: cell for header, cell in zip(headers, row, strict=True) if cell.comment is not None}
        assert marked, f"line {line} has no note"
        for header, cell in marked.items():
            cell.value = good[line][header]
            if "clé" in cell.comment.text:
                row[headers.index(key)].value = good[line][key]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_what_every_rule_refuses_comes_back_put_right(way: Way, entrepot: Any) -> None:
    with entrepot.connect("owner") as connection:
        connection.execute(TERRITORIES)
    contracts = way.platform.contracts
    chosen = [name for name in contracts if not name.endswith("referents")] + ["bpifrance/referents"]
    chosen.sort(key=lambda name: name != "programme/contrats")  # action sheets refer to contracts
    for name in chosen:
        contract = contracts[name]
        broken = list(faults(contract))
        rows = [sound(contract, number) for number in range(len(broken) + 2)]
        first = told_apart_by(contract)
        good = {line: dict(row) for line, row in enumerate(rows, start=2)}
        if "id_contrat" in rows[0] and name != "programme/contrats":
            for row in (*rows, *good.values()):
                row["id_contrat"] = "CTR-2019-0000"
        for row, fault in zip(rows, broken, strict=False):
            row.update(fault)
        rows.append(dict(rows[-1]))  # the key of the last but one, twice
        other = "bpifrance" if first == "operateur" else sound(contract, len(rows))[first]
        good[len(rows) + 1] = {**good[len(rows)], first: other}
        done = drop(way, contract, csv_of(rows), "export.csv")
        assert done["statut"] == "chargee_partiellement", (name, done["statut"], done["anomalies"])
        [sheet] = (way.platform.outbound / contract.operator).glob(f"*livraison-{done['id_livraison']}_*refusees.xlsx")
        again = drop(way, contract, put_right(Path(str(sheet)), good, first), sheet.name)
        left = way.query("select ligne, cle, contenu, motifs from quarantaine.ligne where statut = 'ouverte'")
        assert (again["statut"], left) == ("chargee", []), (name, again["anomalies"], way.receipt(again))
        assert again["lignes_corrigees"] == done["lignes_refusees"] > len(contract.fields) / 2
