"""A mail in words, in French and made safe, and its two renderings: text, and a page that mail programs show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from territoires.receipts.french import typography
from territoires.receipts.render import environment
from territoires.receipts.view import CauseView, Facts, FormerView
from territoires.receipts.wording import Story, Tone


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under their headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a mail under its title: a sentence, causes with the lines at fault, earlier deliveries, a table."""

    title: str
    note: str = ""
    causes: tuple[CauseView, ...] = ()
    former: tuple[FormerView, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. *story* has the headline and the steps, *about* names what is spoken of, *attached* the files.

    ``files`` is what the shared part of the steps lists as links; a mail has none, its files are attached or named.
    """

    subject: str
    story: Story
    closing: str
    about: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    attached: Facts = ()
    demo: str | None = None
    files: Facts = field(default=(), init=False)


def story(tag: str, tone: Tone, headline: str, explanation: Iterable[str], steps: Iterable[str] = ()) -> Story:
    """Return the words of a letter with the spaces of French typography."""
    return Story(
        tag, tone, typography(headline), tuple(map(typography, explanation)), tuple(typography(step) for step in steps)
    )


def text(letter: Letter) -> str:
    """Return the mail as plain text, wrapped."""
    return environment().get_template("courrier/courrier.txt.j2").render(v=letter) + "\n"


def page(letter: Letter) -> str:
    """Return the mail as one HTML page without any link or image."""
    return environment().get_template("courrier/courrier.html.j2").render(v=letter)
