from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client as Browser
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from audit.log import Origin
from audit.models import AuditEntry
from console.models import SavedFilter
from mlmodels.models import ChampionChange
from suggestions.models import (
    ApiKey,
    Category,
    Feedback,
    RolloutChange,
    RolloutHold,
    RolloutPolicy,
    RolloutProposal,
    Rule,
)
from suggestions.roles import Role
from suggestions.rollout import set_percentage
from suggestions.rules.log import record_rule
from tests.builders import (
    make_challenger_answer,
    make_client,
    make_event,
    make_key,
    make_rule,
    make_transaction,
)
from tests.integration.admin.console import Console
from tests.registry_rows import make_champion, make_run, make_version
from tests.staff import make_staff


@pytest.fixture
def console_of(db: None) -> Callable[[str], Console]:
    def log_in(role: str) -> Console:
        browser = Browser()
        if role == "anonymous":
            return Console(browser, None)
        if role == "superuser":
            user = User.objects.create_superuser("the superuser")
        else:
            user = make_staff(Role(role))
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return Console(browser, user)

    return log_in


@pytest.fixture
def admin(console_of: Callable[[str], Console]) -> Console:
    return console_of("admin")


@pytest.fixture
def operator(console_of: Callable[[str], Console]) -> Console:
    return console_of("operator")


@pytest.fixture
def analyst(console_of: Callable[[str], Console]) -> Console:
    return console_of("analyst")


@pytest.fixture
def superuser(console_of: Callable[[str], Console]) -> Console:
    return console_of("superuser")


@pytest.fixture
def world(db: None) -> dict[str, str]:
    """At least one row of everything that has a page; the ids of those rows by model."""
    client = make_client(name="budget app")
    make_key(client=client)
    event = make_event(
        make_transaction(client), state="disagree", model_category="Fuel", model_confidence=0.7
    )
    champion = make_champion()
    other = User.objects.create_user("somebody", is_staff=True)
    set_percentage(2_500, by=other, reason="enough", origin=RolloutChange.Origin.ADMIN)
    policy, _ = RolloutPolicy.objects.get_or_create(pk=1)
    rows = [
        policy,
        RolloutHold.objects.create(reason="odd merchants", placed_by=other),
        RolloutProposal.objects.create(
            from_percentage=2_500,
            to_percentage=5_000,
            rollout_version=1,
            proposed_by=other,
            proposer="somebody",
        ),
        client,
        Category.objects.create(client=client, name="Fuel"),
        event.transaction,
        event,
        Feedback.objects.create(event=event, verdict="accepted", category="Restaurants"),
        make_rule(),
        RolloutChange.objects.get(),
        AuditEntry.objects.get(),
        champion,
        make_run(),
        ChampionChange.objects.create(to_version=champion, reason="the first"),
        PeriodicTask.objects.earliest("pk"),
        CrontabSchedule.objects.earliest("pk"),
        IntervalSchedule.objects.earliest("pk"),
        SavedFilter.objects.create(
            owner=other,
            page="suggestions_feedback_changelist",
            name="refused",
            query="verdict__exact=rejected",
            is_shared=True,
        ),
        other,
        Group.objects.earliest("pk"),
        AccessAttempt.objects.create(username="guess", ip_address="127.0.0.1", failures_since_start=3),
    ]
    make_version()
    make_challenger_answer(event, version=make_version(status="challenger"))
    rule = Rule.objects.get()
    record_rule(Rule(pk=rule.pk, name="Coffee before"), rule, by=None, origin=Origin.COMMAND)
    entry = AuditEntry.objects.get(kind="rule")
    prefix = ApiKey.objects.get().prefix
    by_model = {f"{row._meta.app_label}_{row._meta.model_name}": str(row.pk) for row in rows}
    return by_model | {
        "suggestions_rollout": "1",
        "suggestions_apikey": prefix,
        "suggestions_rule_revert": str(entry.pk),
        "console_savedfilter_save": "suggestions_feedback_changelist",
    }
