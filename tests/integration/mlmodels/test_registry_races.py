"""Changes of champion and challenger at the same moment, and what else waits for them: on real locks."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q

from mlmodels.models import ModelVersion
from mlmodels.versions import retention
from mlmodels.versions.changing import RegistryRefused, locked
from mlmodels.versions.registry import champion_ref, promote, roll_back
from tests.builders import make_client, make_event, make_transaction
from tests.interleaving import Act, somebody_else, wait_until_waited_for
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere() -> Iterator[Callable[[Act], Future[object]]]:
    """Do something on a connection of its own, as another process does."""
    with somebody_else() as start:
        yield start


def impatient(act: Act) -> Act:
    """Wait for no lock longer than a moment."""

    def acting() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return act()

    return acting


@contextmanager
def held(*versions: ModelVersion) -> Iterator[None]:
    """Hold versions as another change does."""
    with transaction.atomic():
        list(locked(Q(pk__in=[version.pk for version in versions])))
        yield


def two_champions() -> tuple[ModelVersion, ModelVersion]:
    former, champion = make_version(), make_version()
    promote(former.pk, by=None, reason="first")
    promote(champion.pk, by=None, reason="second")
    return former, champion


@pytest.mark.parametrize("is_expected", [True, False])
def test_roll_back__another_is_under_way__refused_with_what_it_did(
    is_expected: bool, elsewhere: Callable[[Act], Future[object]]
) -> None:
    former, champion = two_champions()
    expected = champion.pk if is_expected else None

    with transaction.atomic():
        roll_back(by=None, reason="complaints")
        second = elsewhere(lambda: roll_back(by=None, reason="worse", expected_champion=expected))
        wait_until_waited_for()

    with pytest.raises(RegistryRefused, match=f"v{former.pk} is champion by now.*complaints"):
        second.result()
    reference = champion_ref()
    assert reference is not None
    assert reference.id == former.pk


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: roll_back(by=None, reason="worse"), id="roll back"),
        pytest.param(lambda pk: promote(pk, by=None, reason="better"), id="promote"),
    ],
)
def test_change__another_version_is_promoted_at_that_moment__refused_with_which(
    change: Callable[[int], ModelVersion], elsewhere: Callable[[Act], Future[object]]
) -> None:
    two_champions()
    third, fourth = make_version(), make_version()

    with transaction.atomic():
        promote(third.pk, by=None, reason="groceries")
        late = elsewhere(lambda: change(fourth.pk))
        wait_until_waited_for()

    with pytest.raises(RegistryRefused, match=f"v{third.pk} is champion by now.*groceries"):
        late.result()


def test_roll_back__the_previous_is_promoted_at_the_same_moment__no_deadlock(
    elsewhere: Callable[[Act], Future[object]],
) -> None:
    former, champion = two_champions()

    with held(former):
        second = elsewhere(lambda: roll_back(by=None, reason="worse"))
        wait_until_waited_for()
        with held(champion):
            pass

    assert second.result() == former


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda pk: promote(pk, by=None, reason="better"), id="promote"),
        pytest.param(lambda pk: roll_back(by=None, reason="worse"), id="roll back"),
    ],
)
def test_change__the_champion_stays_locked__refused_and_says_to_try_again(
    change: Callable[[int], ModelVersion], elsewhere: Callable[[Act], Future[object]]
) -> None:
    _, champion = two_champions()
    candidate = make_version()

    with held(champion):
        refused = elsewhere(impatient(lambda: change(candidate.pk)))
        with pytest.raises(RegistryRefused, match="Somebody else is changing"):
            refused.result()


def test_command__the_champion_stays_locked__error_that_says_to_try_again(
    elsewhere: Callable[[Act], Future[object]],
) -> None:
    champion, candidate = make_champion(), make_version()

    with held(champion):
        refused = elsewhere(
            impatient(lambda: call_command("models", "promote", str(candidate.pk), "--reason", "better"))
        )
        with pytest.raises(CommandError, match="try again in a moment"):
            refused.result()


def test_prune__promotion_is_under_way__leaves_its_bytes(
    elsewhere: Callable[[Act], Future[object]],
) -> None:
    promoted, old, _ = make_version(), make_version(), make_version()

    with transaction.atomic():
        promote(promoted.pk, by=None, reason="first")
        pruned = elsewhere(lambda: retention.prune(keep=1))
        wait_until_waited_for()

    assert pruned.result() == [old.pk]
    promoted.refresh_from_db()
    assert (promoted.status, promoted.size_bytes) == ("champion", 8)


def test_event__while_its_champion_is_locked__is_written_at_once(
    elsewhere: Callable[[Act], Future[object]],
) -> None:
    champion, asked = make_champion(), make_transaction(make_client())

    with held(champion):
        written = elsewhere(impatient(lambda: make_event(asked, model_version=champion)))

        assert written.result(timeout=10)
