"""DDL and dictionary of a contract, and the files of the repository that derive from the contracts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from territoires.contracts import CONTRACTS, Contract, load_all, load_contract
from territoires.contracts.__main__ import main
from territoires.contracts.artefacts import artefacts, stale
from territoires.contracts.ddl import core_ddl
from territoires.contracts.dictionary import page
from tests.unit.contracts.samples import changed, sample, write

ROOT = CONTRACTS.parents[1]
ALL = load_all()


def test_the_table_has_the_contract_s_columns_between_ours(tmp_path: Path) -> None:
    ddl = core_ddl(sample(tmp_path))
    body = ddl[ddl.index("(") : ddl.index(");")]
    assert [line.strip() for line in body.splitlines()[1:]] == [
        "id_version bigint generated always as identity primary key,",
        'id_projet text collate "C" not null,',
        'id_ti text collate "C" not null,',
        'pays text collate "C",',
        'siret text collate "C",',
        "montant_eur numeric(16, 2),",
        "emplois bigint,",
        "debut date not null,",
        "fin date,",
        "pilote boolean,",
        'note text collate "C",',
        "valide_de timestamptz not null,",
        "valide_a timestamptz,",
        "id_livraison bigint not null,",
        "ligne integer not null,",
        "id_livraison_fin bigint references journal.livraison (id_livraison),",
        "confirmee_par bigint,",
        "check (valide_a > valide_de)",
    ]
    assert (
        "create unique index essai_projets_courant\non core.essai_projets (id_projet)\nwhere valide_a is null;" in ddl
    )
    assert "comment on column core.essai_projets.pays is\n'Pays. Pays d''origine.';" in ddl
    columns = re.findall(r"^    ([a-z_]+) [^(]", body, re.MULTILINE)
    assert set(re.findall(r"comment on column core\.essai_projets\.([a-z_]+)", ddl)) == set(columns)


def test_a_column_whose_absence_only_warns_may_be_null(tmp_path: Path) -> None:
    text = changed("example: 2019-03-05\n", "example: 2019-03-05\n    regles: {obligatoire: {severite: warning}}\n")
    assert "debut date,\n" in core_ddl(load_contract(write(tmp_path, text)))


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_the_frozen_migration_is_the_ddl_of_version_1(contract: Contract) -> None:
    """A contract that changes its table needs a new migration; better words for a comment do not."""
    migrations = (ROOT / "include" / "sql" / "migrations").glob("*.sql")
    frozen = "".join(path.read_text(encoding="utf-8") for path in migrations)
    [first] = [one for one in (contract, *contract.former) if one.version == "1.0.0"]
    assert core_ddl(first).partition("comment on")[0] in frozen


def test_the_page_says_all_that_the_contract_knows(tmp_path: Path) -> None:
    said = page(sample(tmp_path))
    for words in (
        "# Projets d'essai",
        "Une ligne par projet.",
        "`core.essai_projets`",
        "attendue 10 jours après la fin de chaque mois, en retard 5 jours plus tard",
        "au-delà de 10 %",
        "une valeur parmi : fr, no",
        "avertissement au-dessus de 500\u00a0000",
        "à partir du 22/11/2018",
        "quatorze chiffres, clé de contrôle juste",
        "Autres en-têtes reconnus : N° projet",
        "`fin` >= `debut`",
        "`note` est obligatoire si `pays` vaut no",
    ):
        assert words in said


def test_personal_data_are_named_as_such() -> None:
    said = page(ALL["banque_des_territoires/referents"])
    classified = re.findall(r"^### (\w+)\n(?:(?!^### ).*\n)*?- Donnée personnelle : oui", said, re.MULTILINE)
    assert classified == ["nom", "prenom", "fonction", "email_professionnel", "telephone_professionnel"]


def test_a_bar_in_an_example_does_not_break_the_table() -> None:
    rows = [line for line in page(ALL["programme/contrats"]).splitlines() if line.startswith("| `")]
    assert len(rows) == len(ALL["programme/contrats"].fields)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_what_the_repository_keeps_is_what_the_contracts_say() -> None:
    """Mended by ``python -m territoires.contracts``."""
    made = artefacts(ALL.values())
    assert len(made) == 2 * len(ALL) + sum(len(contract.former) for contract in ALL.values())
    assert stale(made, ROOT) == ()


def test_the_command_writes_what_is_stale_and_checks_without_writing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path), "--check"]) == 1
    assert "not up to date: docs/dictionnaire/programme/contrats.md" in capsys.readouterr().out
    assert not (tmp_path / "docs").exists()
    assert main(["--root", str(tmp_path), "--templates", str(tmp_path / "sortie")]) == 0
    assert (tmp_path / "sortie" / "programme" / "modeles" / "modele_contrats.csv").is_file()
    assert main(["--root", str(tmp_path), "--check"]) == 0


def test_the_command_tells_the_faults_of_contracts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, changed("mode: delta", "mode: tout"))
    assert main(["--contracts", str(tmp_path), "--root", str(tmp_path)]) == 1
    assert "mode (line 8)" in capsys.readouterr().err
