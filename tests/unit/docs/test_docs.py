"""What README, guide, decisions and deployment say is held to what the repository is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs import generate
from territoires.contracts import load_all, texts
from territoires.reading import CODES
from territoires.registers.catalogue import Register
from territoires.settings import REPOSITORY, Settings, variable

README = REPOSITORY / "README.md"
PAGES = sorted([README, *(REPOSITORY / "docs").rglob("*.md")])
DECISIONS = REPOSITORY / "docs" / "decisions"
PICTURES = {"docs/images/airflow.png", "docs/images/recu.png"}

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_SECRET = re.compile(r"(?:PASSWORD|SECRET|_KEY|_CONN)$")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", text(REPOSITORY / "Makefile"), re.MULTILINE))


# Links and commands


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_relative_link_and_picture_resolves(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_CODE.sub("", text(page))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_the_readme_shows_airflow_and_a_receipt() -> None:
    assert set(_LINK.findall(text(README))) >= PICTURES


def test_the_readme_names_every_command_and_no_other() -> None:
    code = "\n".join(_CODE.findall(text(README)))
    assert set(re.findall(r"\bmake (?:-s )?([a-z-]+)", code)) == targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_no_page_names_a_command_that_does_not_exist(page: Path) -> None:
    code = "\n".join(_CODE.findall(text(page)))
    assert set(re.findall(r"\bmake (?:-s )?([a-z-]+)", code)) <= targets()


def test_the_readme_names_every_setting_of_a_platform_once_with_its_default() -> None:
    known = {variable(name): getattr(Settings.from_env({}), name) for name in Settings.__dataclass_fields__}
    given_by_the_platform = {name for name in known if name.endswith(("WAREHOUSE_URL", "OWNER_URL", "BI_URL"))}
    named = re.findall(r"`(TI_[A-Z_]+)`", text(README))
    assert sorted(named) == sorted(set(known) - given_by_the_platform - {"TI_REGISTERS"})
    assert text(README).count("`TI_REGISTER_<NAME>_URL`") == 1
    timeouts = "{TI_DROP_TIMEOUT_S:.0f}, {TI_START_TIMEOUT_S:.0f}, {TI_DEMO_TIMEOUT_S:.0f}"
    for default in ("{TI_PG_PORT}, {TI_AIRFLOW_PORT}", "`{TI_SMTP_CONN_ID}`", timeouts):
        assert f"| {default.format(**known)} |" in text(README)


def test_every_setting_says_what_it_is_for() -> None:
    told = re.findall(r"^        ([a-z_, ]+): ", Settings.__doc__ or "", re.MULTILINE)
    assert sorted(", ".join(told).split(", ")) == sorted(Settings.__dataclass_fields__)


def test_the_readme_counts_operators_and_deliveries() -> None:
    contracts = load_all()
    words = {4: "Four", 5: "Five", 6: "Six"}[len({contract.operator for contract in contracts.values()})]
    kinds = {10: "ten", 11: "eleven", 12: "twelve"}[len(contracts)]
    assert f"{words} operators" in text(README)
    assert f"{kinds} kinds of files" in text(README)


def test_every_card_of_the_runbook_that_the_code_names_exists() -> None:
    cards = set(re.findall(r"^## (.+)$", text(REPOSITORY / "docs" / "runbook.md"), re.MULTILINE))
    named = {
        card
        for folder in ("plugins", "dags")
        for path in (REPOSITORY / folder).rglob("*.py")
        for line in text(path).splitlines()
        if "docs/runbook.md" in line
        for card in re.findall(r"« ([^»]+) »", line)
    }
    assert len(named) >= 4
    assert named <= cards


# The operators' guide


def test_generated_pages_are_up_to_date() -> None:
    assert generate.stale() == [], "run: python docs/generate.py"


def test_the_check_writes_nothing_and_fails_where_a_page_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--check"]) == 0
    old = tmp_path / "bi.md"
    monkeypatch.setattr(generate, "REPOSITORY", tmp_path)
    monkeypatch.setattr(generate, "pages", lambda: {old: "new"})
    assert generate.main(["--check"]) == 1
    assert not old.exists()
    assert generate.main([]) == 0
    assert text(old) == "new"
    assert capsys.readouterr().out == "not up to date: bi.md\nwritten: bi.md\n"


def test_a_guide_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="livraisons"):
        generate.render("# Guide\n")


def codes_of_steps() -> set[str]:
    """The values that the steps of a delivery write into journal.livraison.code_motif."""
    found: set[str] = set()
    for path in (REPOSITORY / "plugins" / "territoires" / "delivery").glob("*.py"):
        # As a keyword, in a dictionary, or as what the step says before it holds the delivery for it.
        found |= set(re.findall(r'code_motif(?:=|": )"(\w+)"', text(path)))
        found |= set(re.findall(r'refused_with(?:, outcome\.message)? = "(\w+)"', text(path)))
    for path in (REPOSITORY / "include" / "sql" / "core").glob("*.sql"):
        for written in re.findall(r"code_motif = ('\w+'|case.*?end)", text(path), re.DOTALL):
            found |= set(re.findall(r"(?:^|then |else )'(\w+)'", written))
    return found


def test_every_code_that_an_operator_may_meet_is_in_the_guide() -> None:
    rules = {rule.code for contract in load_all().values() for rule in contract.rules}
    steps = codes_of_steps()
    assert {"plafond_refus", "plafond_fermeture", "rejet_ingenieur", "delai_decision"} <= steps
    missing = {*CODES, *texts.CODES, *rules, *steps} - set(
        re.findall(r"`(\w+)` \|$", text(generate.GUIDE), re.MULTILINE)
    )
    assert not missing


def test_the_words_of_the_guide_are_for_rules_that_exist() -> None:
    assert set(generate.CELLS) == texts.CODES
    assert set(generate.DECISIONS) == codes_of_steps()
    assert set(CODES) >= generate.BROKEN_ROWS
    assert not set(CODES) & set(generate.CELLS)


def test_every_label_of_a_receipt_is_explained() -> None:
    wording = text(REPOSITORY / "plugins" / "territoires" / "receipts" / "wording.py")
    labels = set(re.findall(r'Story\(\s*"([^"]+)"', wording))
    assert len(labels) >= 8
    explained = set(re.findall(r"^\| ([^|`]+?) \|", text(generate.GUIDE), re.MULTILINE))
    assert labels <= explained


@pytest.mark.parametrize("page", [generate.GUIDE, generate.BI_GUIDE], ids=lambda page: page.stem)
def test_a_guide_has_french_typography(page: Path) -> None:
    words = re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)
    prose = [line for line in words.splitlines() if not line.startswith("<!--")]
    # Links are typed, not typeset; what stands between backquotes is left alone by typeset itself.
    wrong = [line for line in prose if "](" not in line and "| ---" not in line and generate.typeset(line) != line]
    assert not wrong


# The guide of BI tools


def test_every_view_has_its_place_in_the_guide_and_all_its_columns_in_the_dictionary() -> None:
    known = generate.views()
    assert sorted(name for names in generate.VIEWS.values() for name in names) == sorted(known)
    assert all(len(view.columns) >= 3 for view in known.values())


def test_a_view_without_comment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "include" / "sql" / "bi"
    folder.mkdir(parents=True)
    (folder / "muette.sql").write_text("create table magasin_candidat.muette as select 1 as un;", encoding="utf-8")
    monkeypatch.setattr(generate, "REPOSITORY", tmp_path)
    with pytest.raises(ValueError, match=r"muette\.sql"):
        generate.views()


# Decisions


def packages(name: str) -> set[str]:
    lines = text(REPOSITORY / name).splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-"))]
    return {re.split(r"[\[~=<>!; ]", line)[0] for line in wanted}


LISTS = ["requirements.in", "requirements-s3.in", "requirements-dev.in"]


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_has_its_reason(name: str) -> None:
    page = text(DECISIONS / "0002-dependances.md")
    told = set(re.findall(r"`([\w-]+)`", "\n".join(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE))))
    assert packages(name) <= told


def test_no_reason_is_left_of_a_dependency_that_went() -> None:
    page = text(DECISIONS / "0002-dependances.md")
    told = set(re.findall(r"`([\w-]+)`", "\n".join(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE))))
    assert told == set().union(*map(packages, LISTS))


def test_decisions_are_numbered_without_a_gap_listed_and_complete() -> None:
    files = sorted(path.name for path in DECISIONS.glob("0*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = text(DECISIONS / "README.md")
    assert sorted(re.findall(r"\((0[^)]+\.md)\)", index)) == files
    for name in files:
        page = text(DECISIONS / name)
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in page, f"{name} lacks {part}"


# Deployment


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content = yaml.safe_load(text(REPOSITORY / "docker-compose.yaml"))
    assert isinstance(content, dict)
    return content


def strings(value: object, key: str = "") -> list[tuple[str, str]]:
    """Every text of a document with the key under which it stands."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in strings(inner, str(name))]
    if isinstance(value, list):
        return [pair for inner in value for pair in strings(inner, key)]
    return [(key, str(value))]


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    checked = 0
    for key, value in strings(compose["services"]):
        for reference in _REFERENCE.findall(value):
            name = re.split(r"[:?-]", reference)[0]
            if re.search(r"PASSWORD|SECRET|KEY", name):
                assert reference.startswith(f"{name}:?"), f"{key}: {reference}"
                checked += 1
        if _SECRET.search(key):
            assert _REFERENCE.search(value), f"{key} holds a literal"
    assert checked > 10


def test_a_url_takes_its_password_from_the_environment(compose: dict[str, Any]) -> None:
    found = [value for _, value in strings(compose["services"]) if re.search(r"://[^/]*@", value)]
    assert found
    assert all(re.search(r"://\w+:\$\{TI_\w+_PASSWORD:\?[^}]*\}@", value) for value in found)


def test_only_airflow_is_published_and_on_the_loopback(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(published) == {"api-server"}
    assert all(port.startswith("127.0.0.1:") for port in published["api-server"])
    assert not any(service.get("network_mode") == "host" for service in compose["services"].values())


def test_services_wait_for_what_they_need_and_are_watched(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "prepare", "api-server", "scheduler", "dag-processor", "triggerer"}
    for name, service in services.items():
        assert service["restart"] == ("no" if name == "prepare" else "unless-stopped")
        assert name == "prepare" or service["healthcheck"]["test"]
    for name in ("scheduler", "dag-processor", "triggerer"):
        assert services[name]["depends_on"]["api-server"]["condition"] == "service_healthy"
    assert services["api-server"]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_images_are_pinned(compose: dict[str, Any]) -> None:
    dockerfile = text(REPOSITORY / "Dockerfile")
    images = {service["image"] for service in compose["services"].values()}
    images |= set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE))
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


def test_tasks_get_neither_the_owner_nor_the_superuser(compose: dict[str, Any]) -> None:
    private = {"TI_POSTGRES_PASSWORD", "TI_OWNER_PASSWORD", "TI_BI_PASSWORD", "TI_ADMIN_PASSWORD"}
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        given = yaml.safe_dump(compose["services"][name]["environment"])
        assert not [variable_ for variable_ in private if variable_ in given], name


def test_tasks_are_told_every_setting_that_is_not_for_one_machine_alone(compose: dict[str, Any]) -> None:
    one_machine = {"state", "pg_port", "airflow_port", "stand_in_port", "warehouse_owner_url", "bi_url"}
    single = {name for name in Settings.__dataclass_fields__ if not name.endswith("timeout_s")} - one_machine
    wanted = {variable(field) for field in single - {"registers"}} | {register.variable for register in Register}
    for name in ("scheduler", "dag-processor", "triggerer"):
        assert wanted <= set(compose["services"][name]["environment"])


def test_the_example_lists_every_variable_and_gives_no_value() -> None:
    example = text(REPOSITORY / ".env.example")
    listed = dict(re.findall(r"^(TI_\w+)=(.*)$", example, re.MULTILINE))
    used = {
        re.split(r"[:?-]", reference)[0] for reference in _REFERENCE.findall(text(REPOSITORY / "docker-compose.yaml"))
    }
    assert set(listed) == used
    assert not any(listed.values())


def test_the_image_installs_by_hash_and_does_not_run_as_root() -> None:
    dockerfile = text(REPOSITORY / "Dockerfile")
    assert 'pip install --require-hashes -r "$REQUIREMENTS"' in dockerfile
    assert "ARG REQUIREMENTS=requirements.txt" in dockerfile
    users = re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE)
    assert users
    assert users[-1] not in {"root", "0"}
    for source in re.findall(r"^COPY (\S+) ", dockerfile, re.MULTILINE):
        assert (REPOSITORY / source).exists()
        assert f"!{source}\n" in text(REPOSITORY / ".dockerignore")


def test_env_is_never_committed() -> None:
    assert ".env" in text(REPOSITORY / ".gitignore").splitlines()
