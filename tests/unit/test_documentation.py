"""The pages: what they name exists, and what exists is named where a page promises to be complete."""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from suggestions.api.permissions import PERMISSIONS
from suggestions.api.problems import Code
from suggestions.domain.bucketing import bucket_of
from suggestions.domain.evidence.agreement import Verdict
from suggestions.metrics import exported_metric_names
from suggestions.models import Fallback, State
from suggestions.roles import Role
from suggestions.urls import urlpatterns

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in PAGES}
DOCS = {path.stem: text for path, text in TEXTS.items()}
HISTOGRAM_PART = re.compile(r"_(bucket|sum|count)$")

every_page = pytest.mark.parametrize("page", [pytest.param(path, id=path.name) for path in PAGES])


def to_anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {to_anchor(heading) for heading in headings}


def code_of(text: str) -> Iterator[str]:
    """Yield the lines of code blocks, and what stands between backticks in the rest."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", without_code(text))


def section_of(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def first_column(text: str) -> list[str]:
    """Return what stands between backticks in the first cell of each row of the tables."""
    cells = re.findall(r"^\| ([^|]+) \|", text, flags=re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def variables_read() -> set[str]:
    files = [
        ROOT / "lmsuggest/settings.py",
        ROOT / "gunicorn.conf.py",
        *(ROOT / "lmsuggest/local").glob("*.py"),
    ]
    read = re.compile(
        r"""(?:env\.\w+\(|environ\.(?:get|setdefault)\(|environ\[|wanted_port\()\s*"([A-Z][A-Z0-9_]+)\""""
        r"""|"([A-Z][A-Z0-9_]+)" not in os\.environ"""
    )
    names = {name for path in files for pair in read.findall(path.read_text()) for name in pair if name}
    return names | set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text()))


def subcommands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings}


def test_readme__begins_with_the_two_commands() -> None:
    block = re.search(r"\A# LM Suggest\n\n```sh\n(.*?)```", DOCS["README"], flags=re.DOTALL)

    assert block
    assert [line.split("#")[0].strip() for line in block[1].splitlines()] == ["make run", "make test"]


@every_page
def test_links__lead_to_files_and_headings_that_exist(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", without_code(TEXTS[page]))

    for target in targets:
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors_of(path), target


@every_page
def test_paths__of_this_project_exist(page: Path) -> None:
    named = re.compile(
        r"(?:lmsuggest|suggestions|mlmodels|audit|tests|prometheus|grafana|docs)/[\w./]*\w\.\w+|domain/\w+\.py"
    )

    for path in {path for code in code_of(TEXTS[page]) for path in named.findall(code)}:
        homes = [ROOT / home / path for home in ("", "suggestions", "mlmodels", "audit")]
        assert any(home.exists() for home in homes), path


@pytest.mark.parametrize("house", ["lmsuggest", "suggestions", "mlmodels", "audit"])
def test_architecture__names_every_module_of_the_rooms(house: str) -> None:
    named = set(re.findall(r"\b(\w+\.py)\b", section_of(DOCS["architecture"], "Houses and rooms")))

    untold = {"admin", "api", "card", "commands", "demo", "management", "migrations"}
    paths = [path for path in (ROOT / house).rglob("*.py") if not untold & set(path.parts)]
    assert {path.name for path in paths} - {"__init__.py", "apps.py"} <= named


@every_page
def test_commands__exist_with_their_actions_and_flags(page: Path) -> None:
    for code in code_of(TEXTS[page]):
        found = re.search(r"manage\.py ([a-z_]+)(.*)", code)
        if not found:
            continue
        name, rest = found.groups()
        assert name in get_commands(), code
        parser: argparse.ArgumentParser = load_command_class(get_commands()[name], name).create_parser(
            "manage.py", name
        )
        actions = subcommands_of(parser)
        if actions and rest.strip():
            assert rest.split()[0] in actions, code
            parser = actions[rest.split()[0]]
        arguments = re.sub(r"\"[^\"]*\"", "", rest)
        assert set(re.findall(r"--[a-z][a-z-]+", arguments)) <= flags_of(parser), code


@every_page
def test_make_targets__exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = {name for code in code_of(TEXTS[page]) for name in re.findall(r"^make ([a-z-]+)", code)}
    assert named <= targets


@every_page
def test_metrics__are_exported(page: Path) -> None:
    named = set(re.findall(r"\blm_[a-z0-9_]+\b", TEXTS[page]))

    assert {HISTOGRAM_PART.sub("", name) for name in named} <= exported_metric_names()


def test_api__names_every_metric_of_the_service() -> None:
    named = set(first_column(section_of(DOCS["api"], "Metrics")))

    assert named == {name for name in exported_metric_names() if name.startswith("lm_")}


def test_development__names_every_make_target() -> None:
    shown = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = re.findall(r"`make ([a-z-]+)`", section_of(DOCS["development"], "Make targets"))
    assert shown <= set(named)


def test_configuration__names_every_variable_that_is_read() -> None:
    assert variables_read() <= set(first_column(DOCS["configuration"]))


def test_configuration__names_no_variable_that_nobody_reads() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for name in set(first_column(DOCS["configuration"])) - variables_read():
        assert re.search(rf"^{name} \?=", makefile, flags=re.MULTILINE), name


def test_stack__names_every_direct_dependency_and_no_other() -> None:
    listed: set[str] = set()
    for path in sorted(ROOT.glob("requirements*.in")):
        listed |= set(re.findall(r"^([A-Za-z][\w.-]*)", path.read_text(), flags=re.MULTILINE))

    tables = DOCS["stack"].partition("## Outside Python")[0]
    assert set(first_column(tables)) == listed


def test_api__roles_are_those_of_the_permission_table() -> None:
    paths = {str(one.name): "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern)) for one in urlpatterns}
    expected = {f"{method} {paths[route]}": roles for (route, method), roles in PERMISSIONS.items()}

    rows = re.findall(r"^\| `(\w+ /[^`]+)` \|(.+)\|$", section_of(DOCS["api"], "Roles"), flags=re.MULTILINE)
    shown = {
        route: {role for role, cell in zip(Role, cells.split("|"), strict=True) if cell.strip()}
        for route, cells in rows
    }
    assert shown == expected


def test_api__codes_are_those_of_the_problem_documents() -> None:
    assert first_column(section_of(DOCS["api"], "Errors")) == [code.value for code in Code]


def test_rollout__reasons_and_states_are_those_of_the_events() -> None:
    assert set(first_column(section_of(DOCS["rollout"], "Reasons"))) == set(Fallback.values)
    assert set(first_column(section_of(DOCS["rollout"], "States"))) == set(State.values)


def test_evidence__verdicts_are_those_of_the_decision_matrix() -> None:
    section = section_of(DOCS["evidence"], "The decision matrix")

    assert all(f"`{verdict}`" in section for verdict in Verdict)


def test_runbook__panels_are_those_of_the_dashboard() -> None:
    dashboard = json.loads((ROOT / "grafana/dashboards/ml-suggest.json").read_text(encoding="utf-8"))

    named = set(re.findall(r"(?<!\*)\*([A-Z][\w ]+)\*(?!\*)", DOCS["runbook"]))
    assert named
    assert named <= {panel["title"] for panel in dashboard["panels"]}


def test_rollout__worked_example_is_what_the_function_returns() -> None:
    example = re.search(r"salt `([^`]+)`, client (\d+), user `([^`]+)`", DOCS["rollout"])
    bucket = re.search(r"^bucket .* mod 10,000 = (\d+)$", DOCS["rollout"], flags=re.MULTILINE)

    assert example
    assert bucket
    assert bucket_of(example[3], client_id=int(example[2]), salt=example[1]) == int(bucket[1])
