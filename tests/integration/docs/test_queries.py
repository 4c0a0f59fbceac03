"""Every query of a page runs on an empty warehouse, by the role that it is for, and the pages of bi are those of bi."""

from __future__ import annotations

import re

from docs import generate
from territoires.settings import REPOSITORY
from territoires.warehouse.build import build
from territoires.warehouse.engine import connect
from tests.conftest import Entrepot


def queries(page: str) -> list[str]:
    return re.findall(r"```sql\n(.*?)```", (REPOSITORY / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def test_every_query_of_the_runbook_runs_by_its_role(entrepot: Entrepot) -> None:
    with connect(entrepot.loader_url) as loader:
        build(loader)
    found = queries("runbook.md")
    as_bi = [query for query in found if query.startswith("-- role: bi")]
    assert len(found) >= 20
    assert as_bi
    with entrepot.connect("bi") as bi, entrepot.connect("owner") as owner:
        for query in found:
            (bi if query in as_bi else owner).execute(query)


def test_every_query_of_the_guide_runs_by_the_role_of_bi_tools(entrepot: Entrepot) -> None:
    with connect(entrepot.loader_url) as loader:
        build(loader)
    found = queries("guide-bi.md")
    assert len(found) >= 5
    with entrepot.connect("bi") as bi:
        for query in found:
            bi.execute(query)


def test_the_dictionary_has_the_views_and_columns_of_the_database(entrepot: Entrepot) -> None:
    with connect(entrepot.loader_url) as loader:
        build(loader)
    with entrepot.connect("bi") as bi:
        columns = bi.execute(
            "select c.relname as vue, a.attname as colonne from pg_class as c"
            " join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0"
            " where c.relnamespace = 'bi'::regnamespace order by c.relname, a.attnum"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for row in columns:
        found.setdefault(row["vue"], []).append(row["colonne"])
    assert {name: list(view.columns) for name, view in generate.views().items()} == found
