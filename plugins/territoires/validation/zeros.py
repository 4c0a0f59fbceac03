"""Codes that lost their leading zeros in a spreadsheet, made whole again where it is certain what they were.

Certain is: for a commune, four digits that are no code while 0 and the same four are one in the register; for a SIRET,
twelve or thirteen digits whose two keys (of the SIREN and of the whole) are both right once the zeros are back, which
one wrong number in a hundred would pass. A SIREN has one key, which one in ten would pass: it is refused, with the
number that was probably meant (docs/decisions/0014).
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from territoires.contracts import texts
from territoires.contracts.identifiers import is_siret
from territoires.contracts.model import Contract, Field
from territoires.registers.codes import Codes
from territoires.validation.judgements import matches
from territoires.validation.suite import RESTORED, Registers

_SHORT_SIRET: Final = r"^[0-9]{12,13}$"
_SHORT_COMMUNE: Final = r"^[0-9]{4}$"
_SIRET_LENGTH: Final = 14


def restore_zeros(frame: pd.DataFrame, contract: Contract, registers: Registers) -> tuple[pd.DataFrame, int]:
    """Return *frame*, made by ``reading.convert``, with lost zeros restored, and in how many cells.

    Beside each column that may lose zeros stands a boolean one, named with ``RESTORED``, which says where they were.
    A frame that was restored before is returned as it is: what it was told stays true.
    """
    columns: dict[str, pd.Series[Any]] = {}
    restored = 0
    for column in contract.fields:
        key = texts.key_of(contract.foreign_keys, column.name)
        if not texts.loses_zeros(column, key) or column.name + RESTORED in frame:
            continue
        codes = None if key is None else registers[key.register]
        whole, flags = _restored(frame[column.name], column, codes)
        columns |= {column.name: whole, column.name + RESTORED: flags}
        restored += int(flags.sum())
    return frame.assign(**columns), restored


def _restored(values: pd.Series[Any], column: Field, codes: Codes | None) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """Return the whole values of one column and where they had lost zeros; each short text is looked at once."""
    short = values.notna() & matches(values, _SHORT_SIRET if column.identifier == "siret" else _SHORT_COMMUNE)
    whole = {text: _whole(text, column, codes) for text in values[short].unique()}
    found = {text: code for text, code in whole.items() if code is not None}
    if not found:
        return values, values.isin([])
    lost = values.isin(list(found))
    return values.mask(lost, values[lost].map(found)), lost


def _whole(text: str, column: Field, codes: Codes | None) -> str | None:
    if column.identifier == "siret":
        padded = text.zfill(_SIRET_LENGTH)
        return padded if is_siret(padded) else None
    return f"0{text}" if codes is not None and text not in codes and f"0{text}" in codes else None
