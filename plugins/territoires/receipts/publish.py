"""Puts a receipt in the operator's outbound folder: each file appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from territoires import storage
from territoires.receipts import names
from territoires.receipts.model import Published, Receipt
from territoires.receipts.render import render_html, render_text
from territoires.receipts.sheets import XLSX_ROWS, write_refused_csv, write_refused_xlsx
from territoires.storage import Place


def publish(receipt: Receipt, folder: Place) -> Published:
    """Write the receipt and its refused rows in *folder* (made if need be); the page that names the others comes last.

    Names depend on the delivery alone, so a retry replaces what an attempt before it wrote, and a later receipt of
    the same delivery replaces the earlier one, its files of refused rows included. Raises OSError.
    """
    named = names.of(receipt)
    csv_path, xlsx_path = folder / named.refused_csv, folder / named.refused_xlsx
    has_csv, has_xlsx = bool(receipt.refused), 0 < len(receipt.refused) <= XLSX_ROWS
    _put_or_remove(csv_path, has_csv, lambda path: write_refused_csv(receipt, path))
    _put_or_remove(xlsx_path, has_xlsx, lambda path: write_refused_xlsx(receipt, path))
    _put(folder / named.text, lambda path: _write(path, render_text(receipt)))
    _put(folder / named.html, lambda path: _write(path, render_html(receipt)))
    return Published(
        html=folder / named.html,
        text=folder / named.text,
        refused_csv=csv_path if has_csv else None,
        refused_xlsx=xlsx_path if has_xlsx else None,
    )


def _put_or_remove(place: Place, wanted: bool, write: Callable[[Path], None]) -> None:
    if wanted:
        _put(place, write)
    else:
        storage.remove(place)


def _put(place: Place, write: Callable[[Path], None]) -> None:
    with storage.whole(place) as path:
        write(path)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
