"""Whose file is it, where no column tells? Its addresses and its name do, as far as they can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import codes, contract, field

from territoires.anomalies import UnreadableFile
from territoires.reading import Reading

FIELDS = [
    field("id_ti", required=True, pattern=r"^ti-\d{4}$"),
    field("nom", required=True),
    field("email_professionnel", required=True, pattern="@"),
]
OWN, OTHER = (
    contract(FIELDS, f"{operator}/referents", key=("id_ti",), recipients=(f"donnees@{operator}.example",))
    for operator in ("banque", "bpifrance")
)
HEADER = "id_ti;nom;email_professionnel\n"
NEUTRAL = HEADER + "ti-0101;A;a@ailleurs.example\n"

ReadBytes = Callable[..., Reading]


def contacts(*domains: str) -> str:
    return HEADER + "".join(f"ti-{number:04d};A;a@{domain}\n" for number, domain in enumerate(domains))


def test_addresses_of_another_operator_refuse_the_file(refusal: Callable[..., UnreadableFile]) -> None:
    text = contacts("bpifrance.example", "Bpifrance.example", "ailleurs.example")
    (found,) = refusal(text, "f.csv", OWN, (OTHER,)).anomalies
    assert found.code == "mauvaise_livraison"
    assert "« bpifrance/referents » (adresses en @bpifrance.example)" in found.message


@pytest.mark.parametrize(
    "domains",
    [["banque.example", "bpifrance.example", "bpifrance.example"], ["ailleurs.example"], ["bpifrance.example.org"]],
)
def test_one_s_own_or_unknown_addresses_do_not(read_bytes: ReadBytes, domains: list[str]) -> None:
    assert codes(read_bytes(contacts(*domains), "f.csv", OWN, (OTHER,))) == []


@pytest.mark.parametrize("name", ["referents_bpifrance.csv", "Bpifrance - référents 2020.csv"])
def test_the_name_of_another_operator_refuses_the_file(refusal: Callable[..., UnreadableFile], name: str) -> None:
    (found,) = refusal(NEUTRAL, name, OWN, (OTHER,)).anomalies
    assert (found.code, "d’après son nom" in found.message) == ("mauvaise_livraison", True)


@pytest.mark.parametrize("name", ["referents.csv", "banque_et_bpifrance.csv", "bpifrancais.csv"])
def test_other_names_do_not(read_bytes: ReadBytes, name: str) -> None:
    assert read_bytes(NEUTRAL, name, OWN, (OTHER,)).raw.num_rows == 1


def test_a_name_says_nothing_where_columns_tell_contracts_apart(read_bytes: ReadBytes) -> None:
    larger = contract([*FIELDS, field("fonction", required=True)], "bpifrance/referents", key=("id_ti",))
    assert read_bytes(NEUTRAL, "bpifrance.csv", OWN, (larger,)).raw.num_rows == 1
