"""The receipt as one HTML page that needs nothing else, and as text for a terminal or a mail."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from territoires.receipts.model import Receipt
from territoires.receipts.view import view

TEMPLATES = Path(__file__).resolve().parents[3] / "include" / "templates"
TEXT_WIDTH = 100


def render_html(receipt: Receipt) -> str:
    """Return the whole page; its only links are the relative ones to the files of refused rows beside it."""
    style = environment().get_template("recu/style.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment().get_template("recu/recu.html.j2").render(v=view(receipt), style_digest=digest)


def render_text(receipt: Receipt) -> str:
    """Return the receipt in lines of at most ``TEXT_WIDTH`` characters, ended by ``\\n``."""
    return environment().get_template("recu/recu.txt.j2").render(v=view(receipt)) + "\n"


@cache
def environment() -> Environment:
    """Return the templates of receipts and mails, with what both need to lay out a text."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, object] = {"paragraphe": _paragraph, "titre": _heading, "lien": quote}
    made.filters.update(filters)
    return made


def _paragraph(text: str, indent: int = 0, first: str = "") -> str:
    """Wrap *text*; *first* (a bullet, a number) starts its first line, the others are indented to match."""
    return textwrap.fill(
        text,
        TEXT_WIDTH,
        initial_indent=" " * indent + first,
        subsequent_indent=" " * (indent + len(first)),
        break_on_hyphens=False,
    )


def _heading(text: str, mark: str = "-") -> str:
    return f"{text}\n{mark * len(text)}"
