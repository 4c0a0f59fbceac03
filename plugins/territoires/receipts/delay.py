"""What an operator reads while a dropped file cannot be taken up, for a reason of ours: it has no number yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from territoires import storage
from territoires.receipts.french import moment, quoted
from territoires.receipts.safe import safe_stem, shown
from territoires.storage import Place

_TEXT = """\
Territoires d'industrie — Prise en charge différée

Votre fichier {name} ({delivery}) est arrivé et il est conservé.

Une difficulté technique de notre côté retarde sa prise en charge. Elle reprendra automatiquement : vous n'avez rien à
faire, et il n'est pas utile de déposer le fichier une nouvelle fois. Votre reçu viendra ici même, et remplacera ce
message.

Écrit le {moment}.
"""


def announce(folder: Place, key: UUID, name: str, delivery_title: str, at: datetime) -> Place:
    """Write in an operator's *folder* that the file *name* is kept and waits; return where. Raises OSError."""
    place = _place(folder, key, name)
    with storage.whole(place) as path:
        text = _TEXT.format(name=quoted(shown(name)), delivery=delivery_title, moment=moment(at))
        path.write_text(text, encoding="utf-8", newline="\n")
    return place


def withdraw(folder: Place, key: UUID, name: str) -> None:
    """Remove what ``announce`` wrote of this deposit; no error if it wrote nothing."""
    storage.remove(_place(folder, key, name))


def _place(folder: Place, key: UUID, name: str) -> Place:
    return folder / f"{safe_stem(name)}_{key.hex[:8]}_prise-en-charge-differee.txt"
