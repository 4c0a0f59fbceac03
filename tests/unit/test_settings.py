"""Settings: defaults, what is read, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from territoires.settings import REPOSITORY, Settings, variable


def test_without_any_variable_everything_lies_in_the_state_folder() -> None:
    settings = Settings.from_env({})
    assert settings.state == REPOSITORY / ".state"
    assert {settings.inbound.parent, settings.outbound.parent, settings.archive.parent} == {settings.state}
    assert Path(settings.work).parent == settings.state
    assert (settings.pg_port, settings.airflow_port) == (15432, 18080)


def test_folders_follow_the_state_folder_unless_given() -> None:
    settings = Settings.from_env({"TI_STATE": "/srv/ti", "TI_OUTBOUND": "/srv/sftp/out"})
    assert settings.inbound == Path("/srv/ti/inbound")
    assert settings.outbound == Path("/srv/sftp/out")


def test_a_relative_folder_is_made_absolute_since_components_run_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"TI_STATE": "ici"}).state == tmp_path / "ici"


@pytest.mark.parametrize("name", ["TI_INBOUND", "TI_OUTBOUND", "TI_ARCHIVE", "TI_WORK"])
def test_each_root_may_be_a_folder_or_an_object_store(name: str) -> None:
    field = name.removeprefix("TI_").lower()
    for text in ("s3://seau/travail", "s3://connexion@seau/travail", "memory://seau/travail"):
        settings = Settings.from_env({name: text})
        assert str(getattr(settings, field)) == text
        assert Settings.from_env(settings.to_env()) == settings
        with pytest.raises(ValueError, match=f"{name}={text}"):
            settings.local(field)  # type: ignore[arg-type]
    assert Settings.from_env({name: "file:///srv/un%20dossier"}).local(field) == Path("/srv/un dossier")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["s3:///sans-seau", "sftp://hote/depots", "http://hote/x", "file://hote/x"])
def test_a_root_that_is_neither_is_refused_by_the_name_of_its_variable(text: str) -> None:
    with pytest.raises(ValueError, match="TI_INBOUND"):
        Settings.from_env({"TI_INBOUND": text})


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.from_env({"TI_STATE": "", "TI_PG_PORT": ""}) == Settings.from_env({})


def test_settings_pass_whole_to_another_process() -> None:
    given = {
        "TI_STATE": "/srv/ti",
        "TI_WORK": "s3://seau/travail",
        "TI_PG_PORT": "6000",
        "TI_BI_URL": "postgresql+psycopg://bi:x@127.0.0.1:6000/entrepot",
        "TI_DROP_TIMEOUT_S": "7.5",
    }
    settings = Settings.from_env(given)
    assert Settings.from_env(settings.to_env()) == settings
    assert {settings.to_env()[name] for name in given} == set(given.values())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TI_PG_PORT", "0"),
        ("TI_PG_PORT", "65536"),
        ("TI_AIRFLOW_PORT", "8080.5"),
        ("TI_AIRFLOW_PORT", "²"),
        ("TI_DROP_TIMEOUT_S", "deux"),
        ("TI_DEMO_TIMEOUT_S", "-1"),
        ("TI_START_TIMEOUT_S", "inf"),
        ("TI_START_TIMEOUT_S", "nan"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_the_name_of_its_variable(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_env({name: text})


def test_a_needed_url_that_is_not_there_is_named() -> None:
    settings = Settings.from_env({"TI_BI_URL": "postgresql+psycopg://bi@h/entrepot"})
    assert settings.need("bi_url") == "postgresql+psycopg://bi@h/entrepot"
    with pytest.raises(ValueError, match="TI_WAREHOUSE_URL"):
        settings.need("warehouse_url")


def test_each_setting_is_said_in_the_documentation_of_the_class() -> None:
    documented = Settings.__doc__ or ""
    assert [name for name in Settings.__dataclass_fields__ if name not in documented] == []
    assert variable("pg_port") == "TI_PG_PORT"


def test_the_engineers_are_a_list_of_addresses_and_a_mistake_in_it_is_told() -> None:
    assert Settings.from_env({}).engineer_addresses == ()
    given = Settings.from_env({"TI_ENGINEERS": " a@ti.example, b@ti.example ,"})
    assert given.engineer_addresses == ("a@ti.example", "b@ti.example")
    assert Settings.from_env(given.to_env()) == given
    for wrong in ("équipe", "a@b\nBcc: c@d", "Équipe <a@b.example>"):
        with pytest.raises(ValueError, match="TI_ENGINEERS"):
            Settings.from_env({"TI_ENGINEERS": wrong})


def test_registers_are_known_by_their_names_and_no_other_is_passed_over() -> None:
    """A name that is none would be a register that nobody follows, without a word."""
    given = {"TI_REGISTER_EPCI_URL": "https://a.fr/1", "TI_REGISTER_FAP_URL": "https://a.fr/2"}
    settings = Settings.from_env(given)
    assert settings.registers == {"epci": "https://a.fr/1", "fap": "https://a.fr/2"}
    assert Settings.from_env(settings.to_env()) == settings
    with pytest.raises(ValueError, match=r"TI_REGISTER_COMMUNE_URL : référentiel inconnu ; connus : bassins, communes"):
        Settings.from_env({"TI_REGISTER_COMMUNE_URL": "https://a.fr/1"})
