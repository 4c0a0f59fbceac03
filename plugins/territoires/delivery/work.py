"""The work area of a delivery: what one step leaves for the next, by object-store path, never through XCom.

Everything here can be made again from the archive, so nothing here is precious: a step that finds its input missing
asks for it to be made anew. Tables are Arrow files rather than Parquet: they live for seconds, and encoding them cost a
fifth of the whole way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.ipc
from upath import UPath

from territoires import storage
from territoires.anomalies import Anomaly
from territoires.delivery.refusals import Refusals
from territoires.reading import BrokenRow, Reading, Source
from territoires.receipts.model import Reason, RefusedRow
from territoires.storage import Place
from territoires.validation.validate import Rule, Validation, accepted_rows
from territoires.warehouse.quarantine import Flag

LINE = "_ligne"
"""Name under which the line numbers travel beside the typed columns; a contract's column begins with a letter."""


class WorkMissing(Exception):
    """The work area lacks what a former step should have left: that step is to be run again."""


@dataclass(frozen=True, slots=True)
class Work:
    """Files of one delivery below the work root."""

    folder: UPath

    @classmethod
    def of(cls, root: str | Place, delivery_id: int) -> Work:
        """Return the work area of delivery *delivery_id* below *root*."""
        return cls(storage.place(root) / str(delivery_id))

    def save_reading(self, reading: Reading, frame: pd.DataFrame) -> None:
        """Keep a reading and its typed frame."""
        self._save_table("brut.arrow", reading.raw)
        typed = pa.Table.from_pandas(frame, preserve_index=False)
        self._save_table("type.arrow", typed.append_column(LINE, reading.lines))
        if reading.references is not None:
            self._save_table("renvois.arrow", reading.references)
        facts = {
            "columns": dict(reading.columns),
            "ignored": reading.ignored,
            "broken": [asdict(row) for row in reading.broken],
            "anomalies": [asdict(anomaly) for anomaly in reading.anomalies],
            "source": asdict(reading.source),
        }
        self._save_json("lecture.json", facts)

    def save_frame(self, frame: pd.DataFrame) -> None:
        """Keep the typed frame anew, for the rows that stand here, once values of it were restored."""
        lines = self._table("type.arrow", [LINE]).column(LINE)
        self._save_table("type.arrow", pa.Table.from_pandas(frame, preserve_index=False).append_column(LINE, lines))

    def is_read(self) -> bool:
        """Tell whether a whole reading stands here: its facts are written last."""
        return storage.exists(self.folder / "lecture.json")

    def is_validated(self) -> bool:
        """Tell whether a whole validation stands here: its refusals are written last."""
        return storage.exists(self.folder / "refus.json")

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
            references=self._table("renvois.arrow", None) if storage.exists(self.folder / "renvois.arrow") else None,
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
        # First what says that a step was done: killed half-way, nothing must look whole.
        for name in ("refus.json", "lecture.json", *storage.names(self.folder)):
            storage.remove(self.folder / name)
        if storage.is_local(self.folder) and self.folder.is_dir():
            self.folder.rmdir()

    def _save_table(self, name: str, table: pa.Table) -> None:
        with (
            storage.whole(self.folder / name) as path,
            path.open("wb") as sink,
            pa.ipc.new_file(sink, table.schema) as writer,
        ):
            writer.write_table(table)

    def _save_json(self, name: str, value: Mapping[str, Any]) -> None:
        with storage.whole(self.folder / name) as path:
            path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def _table(self, name: str, columns: list[str] | None) -> pa.Table:
        table = pa.ipc.open_file(self._open(name)).read_all()
        return table if columns is None else table.select(columns)

    def _schema(self, name: str) -> pa.Schema:
        return pa.ipc.open_file(self._open(name)).schema

    def _open(self, name: str) -> pa.NativeFile:
        """Open a table: a local file is mapped, so that what a step does not look at, it does not read."""
        place = self.folder / name
        try:
            return pa.memory_map(str(place)) if storage.is_local(place) else pa.BufferReader(_content(place))
        except FileNotFoundError as error:
            raise WorkMissing(f"{place} is not there") from error

    def _json(self, name: str) -> dict[str, Any]:
        place = self.folder / name
        try:
            kept: dict[str, Any] = json.loads(_content(place))
        except FileNotFoundError as error:
            raise WorkMissing(f"{place} is not there") from error
        return kept


def _content(place: Place) -> bytes:
    with storage.at_hand(place) as path:
        return path.read_bytes()
