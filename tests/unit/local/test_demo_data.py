"""What the demonstration makes in the place of what has no address, as the platform reads it."""

from __future__ import annotations

import pytest

from demo import Demo, make_demo
from territoires.local.demo_data import lead_to
from territoires.registers.catalogue import Register
from territoires.registers.source import sources
from territoires.settings import Settings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_demo(tmp_path_factory.mktemp("état") / "mes données")


def test_every_register_has_an_address_that_is_read_for_a_folder_with_spaces_and_accents(made: Demo) -> None:
    settings = lead_to(Settings.from_env({}), made)
    found = {register: sources(register, settings.registers[register]) for register in Register}
    assert {register: one.url for register, (one,) in found.items()} == {
        register: made.registers.files[register].as_uri() for register in Register
    }
    [territories] = found[Register.TERRITORIES]
    assert (territories.phase, territories.millesime) == (1, "2019-03-05")
    others = {register.value: one.millesime for register, (one,) in found.items() if register != Register.TERRITORIES}
    assert others == dict.fromkeys(others, "2019") | {"rome": "v460", "fap": "2009"}


def test_an_address_that_is_given_stays(made: Demo) -> None:
    given = Settings.from_env({"TI_REGISTER_EPCI_URL": "https://example.org/Epcicom2024.xlsx"})
    settings = lead_to(given, made)
    assert settings.registers["epci"] == "https://example.org/Epcicom2024.xlsx"
    assert settings.bmo_url == made.needs.path.as_uri()
    assert settings.stand_in_port == given.stand_in_port != 0
    assert settings.market_activities == "H2902"


def test_a_survey_that_is_given_stays(made: Demo) -> None:
    given = Settings.from_env({"TI_BMO_URL": "https://example.org/BMO_2024.xlsx"})
    assert lead_to(given, made).bmo_url == "https://example.org/BMO_2024.xlsx"


def test_beside_real_territories_nothing_is_made_up_about_them(made: Demo) -> None:
    given = Settings.from_env({"TI_REGISTER_TERRITOIRES_URL": "https://example.org/ti.geojson"})
    settings = lead_to(given, made)
    assert settings.bmo_url == ""
    assert settings.stand_in_port == 0
    assert settings.market_activities == given.market_activities == "H I"
