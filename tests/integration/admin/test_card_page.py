"""The model card in the admin and as a file: what it shows, for whom, and what it makes of hostile names."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from mlmodels.models import ChampionChange, ModelVersion
from tests.integration.admin.console import Console
from tests.registry_rows import make_champion, make_version
from tests.version_facts import METRICS

pytestmark = pytest.mark.django_db

VERSIONS = "/admin/mlmodels/modelversion/"
HOSTILE = '<script>alert("x")</script> | `y`'


def page_of(console: Console, version: ModelVersion, page: str = "card/") -> Any:
    return console.browser.get(f"{VERSIONS}{version.pk}/{page}")


def hostile_figures() -> dict[str, Any]:
    renamed = {
        name: {HOSTILE if one == "Coffee" else one: figure for one, figure in value.items()}
        for name, value in METRICS.items()
        if name.endswith("_per_class")
    }
    return METRICS | renamed | {"val_confused_pairs": [[HOSTILE, "Fuel", 4]]}


def test_card__linked_from_the_version_and_back(analyst: Console) -> None:
    version = make_version(metrics=METRICS)

    assert f'href="{VERSIONS}{version.pk}/card/"' in page_of(analyst, version, "change/").content.decode()
    page = page_of(analyst, version).content.decode()
    assert f'href="{VERSIONS}{version.pk}/change/"' in page
    assert f'href="{VERSIONS}{version.pk}/card.md"' in page


def test_card__complete_figures__tables_advice_and_a_plot_in_words(analyst: Console) -> None:
    page = page_of(analyst, make_version(metrics=METRICS)).content.decode()

    assert "Model card of v" in page
    assert "2025-01-02 to 2026-06-30" in page
    assert "22 of its 40 held-out examples were missed" in page
    assert '<circle class="lm-plot-dot" cx="40.00" cy="50.00"' in page
    assert "Says 40.0 %, right in 50.0 % of 100 rows." in page
    assert 'role="region" aria-label="Figures by category"' in page


def test_card__compared_with_the_latest_earlier_version_that_was_not_rejected(analyst: Console) -> None:
    before = make_version(metrics=METRICS | {"val_accuracy": 0.85})
    make_version(metrics=METRICS | {"val_accuracy": 0.99}, status="rejected")
    version = make_version(metrics=METRICS)
    make_version(metrics=METRICS | {"val_accuracy": 0.5})

    page = page_of(analyst, version).content.decode()

    assert f"Compared with v{before.pk}" in page
    assert "+5.0 points" in page


def test_card__promoted_despite_the_gate__shows_the_reason(analyst: Console) -> None:
    version = make_champion(metrics=METRICS)
    ChampionChange.objects.create(to_version=version, reason="no matter", is_gate_overridden=False)
    ChampionChange.objects.create(to_version=version, reason="rare ones", is_gate_overridden=True)

    page = page_of(analyst, version).content.decode()

    assert "with this reason: rare ones" in page
    assert "no matter" not in page


def test_card__hostile_category__is_text_on_the_page_and_in_the_file(analyst: Console) -> None:
    version = make_version(metrics=hostile_figures(), labels=[HOSTILE, "Fuel", "Groceries"])

    page = page_of(analyst, version).content.decode()
    file = page_of(analyst, version, "card.md").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&quot;x&quot;)" in page
    assert "<script>" not in file.replace(r"\<script\>", "")
    assert r"| \<script\>alert(" in file


def test_download__is_the_card_as_a_markdown_file(analyst: Console) -> None:
    version = make_version(metrics=METRICS)

    answer = page_of(analyst, version, "card.md")

    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="model-card-v{version.pk}.md"'
    assert answer.content.decode().startswith(f"# Model card of v{version.pk}\n")


@pytest.mark.parametrize("page", ["card/", "card.md"])
def test_card__old_row_without_figures__still_opens(analyst: Console, page: str) -> None:
    answer = page_of(analyst, make_version(metrics={}, gate={}, feature_names=[], labels=[]), page)

    assert answer.status_code == 200
    assert "It was not measured." in answer.content.decode()
    assert "This version has not been through the gate." in answer.content.decode()


@pytest.mark.parametrize("page", ["card/", "card.md"])
def test_card__unknown_version_or_no_role__is_refused(analyst: Console, page: str) -> None:
    nobody = Browser()
    nobody.force_login(
        User.objects.create_user("nobody", is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    version = make_version()

    assert analyst.browser.get(f"{VERSIONS}987654/{page}").status_code == 404
    assert nobody.get(f"{VERSIONS}{version.pk}/{page}").status_code == 403


def test_card__reads_no_artifact(analyst: Console) -> None:
    make_version(metrics=METRICS)
    version = make_version(metrics=METRICS)

    with CaptureQueriesContext(connection) as queries:
        page_of(analyst, version)

    assert not [query["sql"] for query in queries.captured_queries if '"artifact"' in query["sql"]]
