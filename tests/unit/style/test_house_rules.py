"""What the house keeps out and no linter of ours sees; each was found in a public project of this field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PRODUCT = sorted(
    path
    for folder in ("plugins", "dags", "include")
    for path in (REPOSITORY / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
MODULE_LINES, FUNCTION_LINES = 400, 50


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_there_is_a_product() -> None:
    assert len(PRODUCT) > 40


def test_only_the_airflow_layer_knows_airflow() -> None:
    package = REPOSITORY / "plugins" / "territoires"
    outside = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] != "airflow"]
    assert [str(path) for path in outside if "airflow" in imports(path)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"errors=.(replace|ignore|backslashreplace).",
        r"on_bad_lines",
        r"encoding_errors",
        r"\.to_sql\(",
        r"Variable\.get\(",
        r"(?<!asyncio\.)\btime\.sleep\(",
    ],
)
def test_habits_that_destroy_data_or_stall_are_kept_out(pattern: str) -> None:
    local = REPOSITORY / "plugins" / "territoires" / "local"  # waits for processes, runs in no task
    searched = [path for path in PRODUCT if local not in path.parents]
    assert [str(path) for path in searched if re.search(pattern, path.read_text(encoding="utf-8"))] == []


def test_a_module_or_function_that_grew_too_long_hides_a_second_idea() -> None:
    long_modules = [str(path) for path in PRODUCT if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES]
    long_functions = [
        f"{path}:{function.lineno} {function.name}"
        for path in PRODUCT
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]
    assert long_modules + long_functions == []


def test_no_given_data_file_stands_in_the_project(shared_data: Path) -> None:
    import hashlib

    given = {hashlib.sha256(path.read_bytes()).hexdigest() for path in shared_data.rglob("*") if path.is_file()}
    assert given
    ours = [
        path for folder in ("include", "tests", "docs") for path in (REPOSITORY / folder).rglob("*") if path.is_file()
    ]
    assert [str(path) for path in ours if hashlib.sha256(path.read_bytes()).hexdigest() in given] == []
