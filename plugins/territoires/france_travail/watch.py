"""Watches a collection: is it the question that is bad, its territory, or the API, which is down or has moved?

A territory that the API cannot speak of must not keep all others from being asked; an API that is down must not be
asked 160,000 times; and one that says « no data » of all that it knew last week has not lost its data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territoires.france_travail.campaigns import Outcome, Planned

_FAILURES_IN_A_ROW = 5
"""So many questions in a row without answer, after all their tries: no question of its own is bad."""
_LOST_IN_A_ROW, _LOST_PLACES = 20, 3
"""Questions turned down (400, 404) in a row that had data in the last campaign, and the territories that they must be
of: beyond both, the API has moved. A territory that it leaves one day is one or two, and no alarm."""
TURNED_DOWN = frozenset({"400", "404"})

Place = tuple[str, str]


def place(planned: Planned) -> Place:
    """Return the territory of a question."""
    return planned.question.territory_type, planned.question.territory


@dataclass(slots=True)
class Watch:
    """Told of each outcome, in the order of the campaign.

    Attributes:
        aside: territories of which nothing more is asked for now.
        gone: ranks of the questions turned down that had data in the last campaign.
        doubtful: ranks of the others turned down since the API last answered as it used to.
    """

    aside: set[Place] = field(default_factory=set)
    gone: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    _failed: list[Place] = field(default_factory=list)
    _silent: int = 0
    _missed: list[Place] = field(default_factory=list)

    def down(self, planned: Planned, outcome: Outcome) -> bool:
        """Note an outcome; return True if the API is down: two territories in a row failed, or five questions of some.

        Questions that failed before say nothing of the kind: what is left of a campaign may be nothing else.
        """
        if outcome.status != "echec":
            self._failed.clear()
            self._silent = 0
            return False
        if place(planned) in self.aside:
            return False
        self._failed.append(place(planned))
        del self._failed[:-_FAILURES_IN_A_ROW]
        if len(self._failed) < _FAILURES_IN_A_ROW:
            return False
        if len(set(self._failed)) == 1:
            self.aside.add(self._failed[0])
            self._failed.clear()
            self._silent += 1
            if self._silent == 1:
                return False
        return not planned.again

    def moved(self, planned: Planned, outcome: Outcome) -> bool:
        """Note an outcome; return True if the API turns down what it knew: its address or our codes have changed."""
        if outcome.status == "sans_donnees" and outcome.form in TURNED_DOWN:
            if planned.known:
                self.gone.append(planned.rank)
                self._missed.append(place(planned))
            else:
                self.doubtful.append(planned.rank)
        elif outcome.status != "echec" and (planned.known or outcome.status == "donnees"):
            self.doubtful.clear()
            self._missed.clear()
        return len(self._missed) >= _LOST_IN_A_ROW and len(set(self._missed)) >= _LOST_PLACES
