"""The work area of a delivery: what one step leaves for the next, by object-store path, never through XCom.

Everything here can be made again from the archive, so nothing here is precious: a step that finds its input missing
asks for it to be made anew. Tables are Arrow files rather than Parquet: they live for seconds, and encoding them cost a
fifth of the whole way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.ipc
from upath import UPath

from territoires.anomalies import Anomaly
from territoires.delivery.refusals import Refusals
from territoires.reading import BrokenRow, Reading, Source
from territoires.receipts.model import Reason, RefusedRow
from territoires.validation.validate import Rule, Validation, accepted_rows
from territoires.warehouse.load import Flag

LINE = "_ligne"
"""Name under which the line numbers travel beside the typed columns; a contract's column begins with a letter."""


class WorkMissing(Exception):
    """The work area lacks what a former step should have left: that step is to be run again."""


@dataclass(frozen=True, slots=True)
class Work:
    """Files of one delivery below the work root."""

    folder: UPath

    @classmethod
    def of(cls, root: str, delivery_id: int) -> Work:
        """Return the work area of delivery *delivery_id* below *root*."""
        return cls(UPath(root) / str(delivery_id))

    def save_reading(self, reading: Reading, frame: pd.DataFrame) -> None:
        """Keep a reading and its typed frame."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._save_table("brut.arrow", reading.raw)
        typed = pa.Table.from_pandas(frame, preserve_index=False)
        self._save_table("type.arrow", typed.append_column(LINE, reading.lines))
        facts = {
            "columns": dict(reading.columns),
            "ignored": reading.ignored,
            "broken": [asdict(row) for row in reading.broken],
            "anomalies": [asdict(anomaly) for anomaly in reading.anomalies],
            "source": asdict(reading.source),
        }
        self._save_json("lecture.json", facts)

    def is_read(self) -> bool:
        """Tell whether a whole reading stands here: its facts are written last."""
        return (self.folder / "lecture.json").exists()

    def is_validated(self) -> bool:
        """Tell whether a whole validation stands here: its refusals are written last."""
        return (self.folder / "refus.json").exists()

    def reading(self, *, with_rows: bool = True) -> Reading:
        """Return the reading; without any row, which costs nothing, if only its facts are wanted."""
        facts = self._json("lecture.json")
        if with_rows:
            raw = self._table("brut.arrow", None)
            lines = self._table("type.arrow", [LINE]).column(LINE).combine_chunks()
        else:
            raw, lines = self._schema("brut.arrow").empty_table(), pa.array([], pa.int32())
        return Reading(
            raw=raw,
            lines=lines,
            columns=facts["columns"],
            ignored=tuple(facts["ignored"]),
            broken=tuple(BrokenRow(**row) for row in facts["broken"]),
            anomalies=tuple(Anomaly(**one) for one in facts["anomalies"]),
            source=Source(**facts["source"]),
        )

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the typed frame, or some columns of it (``LINE`` too), with the dtypes that it was saved with."""
        table = self._table("type.arrow", None if columns is None else list(columns))
        frame: pd.DataFrame = (table.drop_columns([LINE]) if columns is None else table).to_pandas()
        return frame

    def save_validation(self, validation: Validation) -> None:
        """Keep what the suite found."""
        self._save_table("constats.arrow", pa.Table.from_pandas(validation.findings, preserve_index=False))
        self._save_json(
            "validation.json",
            {
                "rules": [asdict(rule) for rule in validation.rules],
                "rows": len(validation.accepted),
                "report": validation.report,
            },
        )

    def validation(self) -> Validation:
        """Return what the suite found."""
        kept = self._json("validation.json")
        rules = tuple(Rule(**rule) for rule in kept["rules"])
        findings = self._table("constats.arrow", None).to_pandas()
        return Validation(rules, findings, accepted_rows(rules, findings, kept["rows"]), kept["report"])

    def save_refusals(self, refused: Refusals, flags: Sequence[Flag]) -> None:
        """Keep the refused rows and the warnings in words: the load and the answer need nothing else of them."""
        rows = [{"key": key, **asdict(row)} for row, key in zip(refused.rows, refused.keys, strict=True)]
        self._save_json("refus.json", {"rows": rows, "flags": [asdict(flag) for flag in flags]})

    def refusals(self) -> tuple[Refusals, list[Flag]]:
        """Return the refused rows and the warnings."""
        kept = self._json("refus.json")
        keys = tuple(row.pop("key") for row in kept["rows"])
        rows = tuple(
            RefusedRow(**{**row, "reasons": tuple(Reason(**reason) for reason in row["reasons"])})
            for row in kept["rows"]
        )
        return Refusals(rows, keys), [Flag(**flag) for flag in kept["flags"]]

    def clear(self) -> None:
        """Remove everything; no error if there is nothing."""
        if self.folder.exists():
            # First what says that a step was done: killed half-way, nothing must look whole.
            for path in (self.folder / "refus.json", self.folder / "lecture.json", *self.folder.iterdir()):
                path.unlink(missing_ok=True)
            self.folder.rmdir()

    def _save_table(self, name: str, table: pa.Table) -> None:
        temporary = self.folder / f".{name}"
        with temporary.open("wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        temporary.rename(self.folder / name)

    def _save_json(self, name: str, value: Mapping[str, Any]) -> None:
        temporary = self.folder / f".{name}"
        temporary.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        temporary.rename(self.folder / name)

    def _table(self, name: str, columns: list[str] | None) -> pa.Table:
        path = self.folder / name
        if not path.exists():
            raise WorkMissing(f"{path} is not there")
        # A local file is mapped: what a step does not look at, it does not read.
        source = pa.memory_map(str(path)) if isinstance(path, Path) else path.open("rb")
        table = pa.ipc.open_file(source).read_all()
        return table if columns is None else table.select(columns)

    def _schema(self, name: str) -> pa.Schema:
        path = self.folder / name
        if not path.exists():
            raise WorkMissing(f"{path} is not there")
        with path.open("rb") as source:
            return pa.ipc.open_file(source).schema

    def _json(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        if not path.exists():
            raise WorkMissing(f"{path} is not there")
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept
