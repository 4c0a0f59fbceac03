"""What a run of bad outcomes says: of a question, of a territory, of the API."""

from __future__ import annotations

import pytest

from territoires.france_travail.campaigns import Outcome, Planned
from territoires.france_travail.questions import Indicator, Question
from territoires.france_travail.watch import Watch

FAILED = Outcome("echec", 6)
GONE = Outcome("sans_donnees", 1, "404")
DATA = Outcome("donnees", 1)


def planned(rank: int, territory: str, *, known: bool = True, again: bool = False) -> Planned:
    return Planned(rank, Question(Indicator.TENSION, "DEP", territory, "H2901"), known, again)


def failures(watch: Watch, *territories: str, again: bool = False) -> list[bool]:
    return [watch.down(planned(rank, one, again=again), FAILED) for rank, one in enumerate(territories)]


def test_five_failures_of_different_territories_mean_that_the_api_is_down() -> None:
    assert failures(Watch(), "01", "01", "01", "38", "38") == [False] * 4 + [True]


def test_a_territory_of_failures_is_set_aside_and_the_next_such_means_that_the_api_is_down() -> None:
    watch = Watch()
    # Those that were on their way when it was set aside say nothing more.
    assert failures(watch, *["01"] * 9) == [False] * 9
    assert watch.aside == {("DEP", "01")}
    assert failures(watch, *["38"] * 5) == [False] * 4 + [True]


def test_an_answer_in_between_means_that_the_api_is_not_down() -> None:
    watch = Watch()
    for territory in ("01", "38", "42"):
        assert not any(failures(watch, *[territory] * 5))
        assert not watch.down(planned(9, "69"), DATA)
    assert len(watch.aside) == 3


def test_what_is_left_of_a_campaign_may_be_nothing_but_failures() -> None:
    watch = Watch()
    assert not any(failures(watch, *["01"] * 5, *["38"] * 5, *["42", "69", "73"] * 2, *["84"] * 5, again=True))
    assert {territory for _, territory in watch.aside} == {"01", "38", "84"}


def moved(watch: Watch, outcome: Outcome, ranks: range, each: int, *, known: bool = True) -> bool:
    """Tell *watch* of one outcome again and again, *each* questions to a territory; return what it says at last."""
    return [watch.moved(planned(rank, f"{rank // each:02}", known=known), outcome) for rank in ranks][-1]


@pytest.mark.parametrize(("each", "known", "alarm"), [(3, True, True), (10, True, False), (3, False, False)])
def test_an_api_that_turns_down_what_it_knew_of_three_territories_has_moved(
    each: int, known: bool, alarm: bool
) -> None:
    assert moved(Watch(), GONE, range(20), each, known=known) is alarm


def test_an_answer_in_between_means_that_the_api_has_not_moved_and_what_was_gone_is_remembered() -> None:
    watch = Watch()
    moved(watch, GONE, range(19), 3)
    moved(watch, GONE, range(19, 21), 3, known=False)
    assert not watch.moved(planned(50, "50"), DATA)
    assert not moved(watch, GONE, range(60, 79), 3)
    assert (len(watch.gone), watch.doubtful) == (38, [])
    # « No data » said as it is said of a question without, or a silence, is no alarm.
    assert not moved(watch, Outcome("sans_donnees", 1, "204"), range(80, 120), 3)
    assert not moved(watch, FAILED, range(120, 160), 3)
