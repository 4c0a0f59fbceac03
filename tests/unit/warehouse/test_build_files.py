"""The SQL files of the build and the lists that name them stay together; a check is one query that names itself."""

from __future__ import annotations

import re

import pytest

from territoires.warehouse import build, checks
from territoires.warehouse.sql import SQL_ROOT, statement


def test_each_file_of_bi_is_built_and_each_view_has_a_file() -> None:
    assert sorted(path.stem for path in (SQL_ROOT / "bi").glob("*.sql")) == sorted(build.VIEWS)
    assert {path.stem for path in (SQL_ROOT / "bi" / "preparation").glob("*.sql")} == set(build.PREPARATION)


def test_a_view_that_is_read_by_another_is_built_before_it() -> None:
    for position, view in enumerate(build.VIEWS):
        read = set(re.findall(r"(?:from|join) magasin_candidat\.(\w+)", statement(f"bi/{view}.sql")))
        assert read <= set(build.VIEWS[:position]), view


@pytest.mark.parametrize("view", build.VIEWS)
def test_the_comments_of_a_view_are_french_sentences(view: str) -> None:
    comment = re.compile(r"^comment on (?:table|column) \S+ is\n'((?:[^']|'')+)';$", re.MULTILINE)
    comments = comment.findall(statement(f"bi/{view}.sql"))
    assert len(comments) == statement(f"bi/{view}.sql").count("comment on ")
    assert [text for text in comments if not text.endswith(".") or len(text) < len("Opérateur.")] == []


@pytest.mark.parametrize("check", checks.every_check(), ids=lambda check: check.name)
def test_a_check_is_one_query_with_a_reason(check: checks.Check) -> None:
    text = statement(check.file)
    assert text.startswith("-- "), "a check says first what it guards"
    assert ";" not in re.sub(r"--.*", "", text), "it is put into another query: no semicolon"
    assert not re.search(
        r"\b(nom|prenom|email_professionnel|telephone_professionnel)\b", text.split("select", 1)[1]
    ) or (check.name == "les_donnees_personnelles_ne_sont_que_dans_referent"), "examples are kept in the journal"


def test_some_checks_block_and_some_warn() -> None:
    kinds = [check.blocking for check in checks.every_check()]
    assert kinds.count(True) >= 10
    assert kinds.count(False) >= 6


def test_an_unpassed_blocking_check_stops_and_a_warning_does_not() -> None:
    blocking, warning = checks.Check("a", "a.sql", blocking=True), checks.Check("b", "b.sql", blocking=False)
    assert checks.Finding(blocking, "en_defaut", 1).stops
    assert checks.Finding(blocking, "en_erreur").stops
    assert not checks.Finding(blocking, "reussi").stops
    assert not checks.Finding(warning, "en_defaut", 1).stops
