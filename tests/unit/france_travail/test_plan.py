"""Which questions, in which order."""

from __future__ import annotations

import pytest

from territoires.france_travail.plan import Scope, questions
from territoires.france_travail.questions import Indicator

PLACES = {"DEP": ["01", "38"], "BASSIN": ["8401"]}


def test_sums_come_first_then_tension_then_people_departments_before_bassins() -> None:
    asked = list(questions(Scope(), PLACES, ["H2901", "I1304"]))
    assert len(asked) == len(set(asked)) == 3 * 3 * 3
    assert {one.activity for one in asked[:9]} == {"CUMUL"}
    assert all(one.details for one in asked[:9])
    assert [(one.indicator, one.territory, one.activity) for one in asked[9:15]] == [
        (Indicator.TENSION, place, code) for place in ("01", "38", "8401") for code in ("H2901", "I1304")
    ]
    assert {one.indicator for one in asked[15:]} == {Indicator.SEEKERS, Indicator.OFFERS}
    assert not any(one.details for one in asked[9:])


def test_a_narrower_scope_asks_less() -> None:
    scope = Scope(indicators=(Indicator.OFFERS,), territory_types=("DEP",), activities=("H2901",), details=True)
    asked = list(questions(scope, {"DEP": ["01"]}, ["H2901"]))
    assert [(one.indicator, one.activity, one.details) for one in asked] == [
        (Indicator.OFFERS, "CUMUL", True),
        (Indicator.OFFERS, "H2901", True),
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("activities", ("Z",)), ("activities", ("h",)), ("territory_types", ("NAT",))]
)
def test_what_cannot_be_asked_is_refused(field: str, value: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="attendu"):
        Scope(**{field: value})  # type: ignore[arg-type]
