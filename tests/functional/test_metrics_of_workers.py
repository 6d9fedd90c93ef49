"""Metrics are the same, and complete, whichever worker is asked for them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from suggestions.models import Category, Fallback, State
from tests.builders import make_client, make_key, make_rule, make_transaction
from tests.champions import install_champion
from tests.running import web_server

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 40
MAX_SERIES = 1_500


def addresses(patterns: Iterable[URLPattern | URLResolver], start: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = re.sub("<[^>]*>", "1", start + str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        else:
            yield path


def test_metrics__two_workers__each_scrape_shows_what_all_of_them_did(tmp_path: Path) -> None:
    client = make_client()
    Category.objects.create(client=client, name="Restaurants")
    make_rule()
    install_champion()
    key, row = make_key(client=client), make_transaction(client)

    with web_server(tmp_path, WEB_CONCURRENCY="2", SUGGEST_SHADOW_DEADLINE_MS="5000") as server:
        before = server.scrape()
        for _ in range(REQUESTS):
            assert server.send("POST", "/ml/suggestions", {"txn_ids": [row.pk, 999_999]}, key=key)[0] == 200
        scrapes = [server.scrape() for _ in range(6)]

    assert before['lm_suggest_compare_total{agree="True"}'] == 0.0
    for name in ('lm_suggest_compare_total{agree="True"}', 'lm_ml_predict_requests_total{available="True"}'):
        assert [one[name] for one in scrapes] == [REQUESTS] * 6
    assert scrapes[0]["lm_suggest_latency_seconds_count"] == REQUESTS
    assert scrapes[0]["lm_rollout_percentage"] == 0.0
    assert max(map(len, scrapes)) <= MAX_SERIES


def test_metrics__every_method_on_every_page__few_series_whatever_is_sent(tmp_path: Path) -> None:
    make_client()
    paths = [f"/{path}" for path in addresses(get_resolver().url_patterns)]

    with web_server(tmp_path, WEB_CONCURRENCY="1") as server:
        for path in paths:
            for method in ("GET", "POST", "PUT", "OPTIONS", "DELETE", "FOO"):
                server.send(method, path)
        for number in range(50):
            server.send(f"FOO{number}", "/ml/suggestions")
        shown = server.scrape()

    assert len(paths) > 100
    assert len(shown) <= MAX_SERIES
    assert not [name for name in shown if "FOO" in name]


def test_metrics__before_any_traffic__every_known_label_value_is_there_at_zero(tmp_path: Path) -> None:
    with web_server(tmp_path) as server:
        shown = server.scrape()

    expected = [
        *(f'lm_ml_predict_requests_total{{available="{value}"}}' for value in (True, False)),
        *(f'lm_suggest_compare_total{{agree="{value}"}}' for value in (True, False, None)),
        *(f'lm_suggest_source_total{{source="{value}"}}' for value in ("rule", "model")),
        *(f'lm_suggest_coverage_total{{state="{value}"}}' for value in State.values),
        *(f'lm_ml_fallback_total{{reason="{value}"}}' for value in Fallback.values),
        *(
            f'lm_ml_challenger_total{{outcome="{value}"}}'
            for value in ("answered", "silent", "error", "dropped")
        ),
        *(f'lm_ml_train_runs_total{{status="{value}"}}' for value in ("succeeded", "failed", "rejected")),
        "lm_event_write_failures_total",
    ]
    assert {name: shown.get(name) for name in expected} == dict.fromkeys(expected, 0.0)
    assert len([name for name in shown if re.match("lm_suggest_feedback_total", name)]) == 6
