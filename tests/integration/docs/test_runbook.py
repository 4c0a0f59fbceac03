"""Every query of the runbook runs on an empty warehouse, by the role that the runbook says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from territoires.settings import REPOSITORY
from territoires.warehouse.build import build
from territoires.warehouse.engine import connect

RUNBOOK = (REPOSITORY / "docs" / "runbook.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", RUNBOOK, re.DOTALL)


def title(query: str) -> str:
    return query.splitlines()[0].removeprefix("-- ")


def url(entrepot: Any, query: str) -> str:
    return str(entrepot.bi_url if "-- role: bi" in query else entrepot.owner_url)


@pytest.mark.parametrize("query", QUERIES, ids=title)
def test_the_query_runs(entrepot: Any, query: str) -> None:
    with connect(entrepot.loader_url) as loader:
        build(loader)
    with connect(url(entrepot, query)) as connection:
        connection.execute(query)  # type: ignore[call-overload]


def test_the_runbook_has_queries_of_both_roles() -> None:
    assert len(QUERIES) >= 15
    assert [query for query in QUERIES if "-- role: bi" in query]
