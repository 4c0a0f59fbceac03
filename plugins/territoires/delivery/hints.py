"""What a message says beyond its cell: what was probably meant, the value that was restored, the other row at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from territoires.contracts import texts
from territoires.contracts.model import Contract, DisjointPeriods
from territoires.contracts.suggestions import suggest
from territoires.validation.judgements import overlaps, twins
from territoires.validation.suite import Registers
from territoires.validation.validate import Rule


@dataclass(frozen=True, slots=True)
class Hints:
    """The typed frame of one delivery, the line of each of its rows, and the registers that judged it."""

    frame: pd.DataFrame
    lines: pa.Array
    contract: Contract
    registers: Registers
    _others: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def corrected(self, rule: Rule, value: str | None) -> str | None:
        """Return what *value* probably meant in the column of *rule*, as its register knows it where there is one.

        A rule across columns or rows finds no fault with the writing of the cell: nothing else was meant.
        """
        if value is None or rule.code not in texts.CELL_CODES:
            return None
        column = self.contract.column(rule.column)
        guess, key = suggest(column, value), texts.key_of(self.contract.foreign_keys, rule.column)
        codes = None if key is None else self.registers[key.register]
        return guess if codes is None else codes.corrected(value, guess)

    def told(self, rule: Rule, position: int) -> Mapping[str, str]:
        """Return what fills in the placeholders of *rule* that a row alone tells, for the row at *position*."""
        if rule.code == "zero_de_tete":
            return {"corrige": str(self.frame[rule.column].iloc[position])}
        other = self._other(rule)
        return {} if other is None else {"autre_ligne": str(self.lines[other[position]].as_py())}

    def _other(self, rule: Rule) -> NDArray[np.int64] | None:
        """For each row, the one with which it breaks a rule between rows; None for any other rule."""
        if rule.code not in self._others:
            if rule.code == "cle_unique":
                self._others[rule.code] = twins(self.frame[list(self.contract.primary_key)])
            for given in self.contract.rules:
                if isinstance(given, DisjointPeriods) and given.code == rule.code:
                    group, start, end = self.frame[list(given.group)], self.frame[given.start], self.frame[given.end]
                    self._others[rule.code] = overlaps(group, start, end)
        return self._others.get(rule.code)
