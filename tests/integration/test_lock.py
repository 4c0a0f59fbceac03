"""The locked versions: the lock is what its inputs say, and the packages work together.

pandas 3, SQLAlchemy 2, Great Expectations and Airflow each announce wide ranges of the others; that pip is content says
little. What each test would show first is in its docstring.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations import expectations as gxe
from sqlalchemy import create_engine, text

from territoires.settings import REPOSITORY
from tests.conftest import Entrepot

UV = str(Path(sys.executable).parent / "uv")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_is_what_its_input_resolves_to(name: str, tmp_path: Path) -> None:
    """A dependency added to the .in without `make lock`, or a locked version that its index has withdrawn."""
    for path in REPOSITORY.glob("requirements*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lock = tmp_path / f"{name}.txt"
    command = [UV, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(
        [*command, f"{name}.in", "-o", lock.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert lock.read_text() == (REPOSITORY / lock.name).read_text()


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    """`make test` would otherwise try other versions than `make demo` runs with."""

    def pins(name: str) -> set[str]:
        lines = (REPOSITORY / name).read_text().splitlines()
        return {line.split()[0] for line in lines if line[:1].isalnum()}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
    assert len(pins("requirements.txt")) > 100


def test_what_is_installed_is_compatible() -> None:
    """A range that a locked package breaks, such as `fastapi<0.137` of Airflow."""
    done = subprocess.run([UV, "pip", "check", "--python", sys.executable], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_great_expectations_reads_the_arrow_types_of_pandas_3() -> None:
    """GX asks for `pandas>=1.3` only; pandas 3 made text an Arrow type. Were it no longer understood, an expectation
    would raise inside GX and report an exception in the place of the positions of the rows at fault."""
    frame = pd.DataFrame({"cle": ["a", "b", "b", None], "montant": pd.array([1, 2, None, 4], dtype="int64[pyarrow]")})
    assert str(frame["cle"].dtype) == "str"
    batch = (
        gx.get_context(mode="ephemeral")
        .data_sources.add_pandas("essai")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("tout")
        .get_batch({"dataframe": frame})
    )
    suite = gx.ExpectationSuite(
        name="essai",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(column="cle"),
            gxe.ExpectColumnValuesToBeUnique(column="cle"),
            gxe.ExpectColumnValuesToBeBetween(column="montant", max_value=3),
        ],
    )
    result = batch.validate(suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False})
    positions = {
        found.expectation_config.type: found.result["unexpected_index_list"]
        for found in result.results
        if found.expectation_config is not None
    }
    assert positions == {
        "expect_column_values_to_not_be_null": [3],
        "expect_column_values_to_be_unique": [1, 2],
        "expect_column_values_to_be_between": [3],
    }


def test_pandas_reads_a_query_through_sqlalchemy_and_psycopg_3(entrepot: Entrepot) -> None:
    """pandas 3 wants SQLAlchemy 2; the dialect `postgresql+psycopg` came with it. Were they at odds, `read_sql` would
    take the connection for one of the DBAPI and fail on the named parameter, or numbers would come as text."""
    engine = create_engine(entrepot.owner_url)
    with engine.connect() as connection:
        query = text("select n, 'é' || n as t, date '2019-03-05' as d from generate_series(1, :last) as n")
        frame = pd.read_sql(query, connection, params={"last": 3}, parse_dates=["d"])
    engine.dispose()
    assert frame["n"].tolist() == [1, 2, 3]
    assert str(frame["t"].dtype) == "str"
    assert frame["d"].dt.year.tolist() == [2019] * 3


def test_airflow_parses_a_dag_beside_them(tmp_path: Path) -> None:
    """Airflow 3.3 over SQLAlchemy 2.1 and pandas 3 is newer than any list of constraints that Airflow publishes: an
    import error would show here, before a scheduler does."""
    (tmp_path / "essai.py").write_text(
        "from airflow.sdk import DAG, task\n"
        "with DAG('essai', schedule=None):\n"
        "    @task\n"
        "    def un(): import great_expectations, pandas, sqlalchemy\n"
        "    un()\n"
    )
    program = (
        "import sys; from airflow.dag_processing.dagbag import DagBag; bag = DagBag(sys.argv[1]); "
        "print(bag.import_errors, sorted(bag.dags), bag.dags['essai'].task_ids)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "{} ['essai'] ['un']"
