"""How many examples a property is tried with: few and always the same, or ``LECTURE_ESSAIS`` times as many by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("LECTURE_ESSAIS", "1"))


def bounded(examples: int) -> Callable[[Any], Any]:
    """Bound a property to *examples*; files are written anew for each, so one folder serves them all."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
