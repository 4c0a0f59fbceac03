"""The demonstration's data: the one place that calls what include/demo makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from territoires.local.state import State
from territoires.registers.catalogue import Register
from territoires.settings import Settings

if TYPE_CHECKING:
    from demo.model import Demo

_FOLLOWED: Final = "H2902"
"""The one occupation for which France Travail's stand-in is asked: all of those made would take minutes."""


def make(settings: Settings) -> Demo:
    """Make the demonstration's files below the state folder; the same files every time."""
    from demo import make_demo

    folder = State(settings.state).demo
    folder.mkdir(parents=True, exist_ok=True)
    return make_demo(folder)


def with_made(settings: Settings) -> Settings:
    """Return the settings with what the demonstration makes in the place of what has no address."""
    return lead_to(settings, make(settings))


def lead_to(settings: Settings, made: Demo) -> Settings:
    """Return the settings with the addresses of *made* where none is given.

    Real territories have real needs or none: beside a list that is given there is neither a made survey nor a stand-in.
    """
    addresses = {**made.registers.addresses, **settings.registers}
    if Register.TERRITORIES in settings.registers:
        return replace(settings, registers=addresses, stand_in_port=0)
    bmo_url = settings.bmo_url or made.needs.path.as_uri()
    return replace(settings, registers=addresses, bmo_url=bmo_url, market_activities=_FOLLOWED)
