"""The demonstration's data: the one place that calls what include/demo makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territoires.local.state import State
from territoires.settings import Settings

if TYPE_CHECKING:
    from demo.model import Demo, Registers


def make(settings: Settings) -> Demo:
    """Make the demonstration's files below the state folder; the same files every time."""
    from demo import make_demo

    folder = State(settings.state).demo
    folder.mkdir(parents=True, exist_ok=True)
    return make_demo(folder)


def with_registers(settings: Settings) -> Settings:
    """Return the settings with the made registers in the place of those that have no address."""
    return lead_to(settings, make(settings).registers)


def lead_to(settings: Settings, made: Registers) -> Settings:
    """Return the settings with the addresses of *made* where none is given."""
    return replace(settings, registers={**made.addresses, **settings.registers})
