"""Demonstration data made from a seed: registers, deliveries (some of them dirty) and the figures they must lead to.

Everything says that it is a demonstration. Public facts are the programme's counts and dates, and Val de Lorraine with
its four EPCI; all else is made.
"""

from demo.bench import Bench, make_bench
from demo.figures import Figures, expected_figures
from demo.make import SEED, make_demo
from demo.model import Demo, DemoFile, Ledger, Registers, Row

__all__ = [
    "SEED",
    "Bench",
    "Demo",
    "DemoFile",
    "Figures",
    "Ledger",
    "Registers",
    "Row",
    "expected_figures",
    "make_bench",
    "make_demo",
]
