import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from mlmodels.models import ChampionChange, ModelVersion
from mlmodels.versions.changing import RegistryRefused
from mlmodels.versions.registry import (
    NO_CHAMPION,
    challenge,
    challenger_ref,
    champion_ref,
    promote,
    roll_back,
)
from tests.registry_rows import refused_by, status_of

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]


def test_register__passed_everything__a_candidate_with_its_evidence(
    make_version: MakeVersion, trained: Any
) -> None:
    version = ModelVersion.objects.get(pk=make_version().pk)

    assert version.status == "candidate"
    assert bytes(version.artifact) == trained.artifact.data
    assert version.sha256 == trained.artifact.sha256
    assert version.size_bytes == len(trained.artifact.data)
    assert version.labels == list(trained.labels)
    assert version.gate["passed"] is True
    assert version.metrics["val_accuracy"] == trained.metrics["val_accuracy"]
    assert version.validated_at is not None


def test_register__not_validated__rejected_with_the_reason(make_version: MakeVersion) -> None:
    version = make_version(validated=False)

    assert version.status == "rejected"
    assert version.rejected_reason == "validation: crash: for the test"
    assert version.validated_at is None


def test_champion_ref__no_champion__none(make_version: MakeVersion) -> None:
    make_version()

    assert champion_ref() is None


def test_promote__a_candidate__champion_with_a_change_row(make_version: MakeVersion) -> None:
    admin = User.objects.create(username="admin")
    version = make_version()

    promoted = promote(version.pk, by=admin, reason="good figures")

    assert promoted.promoted_at is not None
    reference = champion_ref()
    assert reference is not None
    assert (reference.id, reference.sha256) == (version.pk, version.sha256)
    change = ChampionChange.objects.get()
    assert (change.from_version, change.to_version, change.changed_by) == (None, version, admin)
    assert change.reason == "good figures"


def test_promote__another_one__archives_the_champion(make_version: MakeVersion) -> None:
    first, second = make_version(), make_version()
    promote(first.pk, by=None, reason="first")

    promote(second.pk, by=None, reason="better")

    assert status_of(first) == "archived"
    assert status_of(second) == "champion"
    change = ChampionChange.objects.first()
    assert change is not None
    assert (change.from_version, change.to_version) == (first, second)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param(
            {"status": "rejected", "rejected_reason": "gate: classes"}, "gate: classes", id="rejected"
        ),
        pytest.param({"validated_at": None}, "models validate", id="not-validated"),
        pytest.param({"feature_version": 99}, "other features", id="other-feature-version"),
        pytest.param({"feature_names": ["a"]}, "other features", id="other-features"),
        pytest.param({"artifact": b"damaged"}, "damaged", id="damaged"),
    ],
)
def test_promote__not_promotable__refused_and_nothing_changed(
    changes: dict[str, Any], says: str, make_version: MakeVersion
) -> None:
    champion, version = make_version(), make_version(**changes)
    promote(champion.pk, by=None, reason="first")

    with pytest.raises(RegistryRefused, match=says):
        promote(version.pk, by=None, reason="try")

    assert status_of(champion) == "champion"
    assert ChampionChange.objects.count() == 1


def test_promote__the_champion_itself__refused(make_version: MakeVersion) -> None:
    champion = make_version()
    promote(champion.pk, by=None, reason="first")

    with pytest.raises(RegistryRefused, match="already"):
        promote(champion.pk, by=None, reason="again")


def test_promote__unknown_id__refused() -> None:
    with pytest.raises(RegistryRefused, match="no version 4711"):
        promote(4711, by=None, reason="try")


def test_promote__refused_by_the_gate_but_overridden__champion_and_the_change_says_so(
    make_version: MakeVersion,
) -> None:
    version = make_version(**refused_by("f1_macro"))

    promote(version.pk, by=None, reason="the rare categories do not matter", override_gate=True)

    assert status_of(version) == "champion"
    assert ChampionChange.objects.get().is_gate_overridden


def test_promote__override_where_nothing_was_refused__an_ordinary_change(make_version: MakeVersion) -> None:
    promote(make_version().pk, by=None, reason="to be on the safe side", override_gate=True)

    assert not ChampionChange.objects.get().is_gate_overridden


@pytest.mark.parametrize(
    ("changes", "reason", "says"),
    [
        pytest.param(refused_by("f1_macro"), "  because ", "10 characters", id="no reason"),
        pytest.param(refused_by("f1_macro", "finite"), "it will be fine", "rejected", id="not finite"),
        pytest.param(refused_by("classes"), "it will be fine", "rejected", id="one category"),
        pytest.param(
            refused_by("f1_macro") | {"validated_at": None}, "it will be fine", "rejected", id="not validated"
        ),
        pytest.param(refused_by("f1_macro") | {"artifact": b"x"}, "it will be fine", "damaged", id="damaged"),
    ],
)
def test_promote__what_no_override_can_help__refused(
    changes: dict[str, Any], reason: str, says: str, make_version: MakeVersion
) -> None:
    version = make_version(**changes)

    with pytest.raises(RegistryRefused, match=says):
        promote(version.pk, by=None, reason=reason, override_gate=True)

    assert status_of(version) == "rejected"
    assert not ChampionChange.objects.exists()


def test_roll_back__two_champions_so_far__the_previous_one_again(make_version: MakeVersion) -> None:
    versions = [make_version() for _ in range(3)]
    for version in versions:
        promote(version.pk, by=None, reason="next")

    restored = roll_back(by=None, reason="complaints")

    assert restored == versions[1]
    assert [status_of(version) for version in versions] == ["archived", "champion", "archived"]
    change = ChampionChange.objects.first()
    assert change is not None
    assert (change.from_version, change.to_version, change.reason) == (versions[2], versions[1], "complaints")


def test_roll_back__twice__undone(make_version: MakeVersion) -> None:
    versions = [make_version() for _ in range(2)]
    for version in versions:
        promote(version.pk, by=None, reason="next")

    roll_back(by=None, reason="complaints")

    assert roll_back(by=None, reason="it was not the model") == versions[1]


def test_roll_back__previous_champion_is_challenger__is_champion_and_nobody_challenges(
    make_version: MakeVersion,
) -> None:
    versions = [make_version() for _ in range(3)]
    for version in versions:
        promote(version.pk, by=None, reason="next")
    challenge(versions[1].pk)

    assert roll_back(by=None, reason="complaints") == versions[1]
    assert [status_of(version) for version in versions] == ["archived", "champion", "archived"]
    assert challenger_ref() is None


def test_promote_and_roll_back__another_champion_than_expected__refused_with_who_and_why(
    make_version: MakeVersion,
) -> None:
    first, second, third = (make_version() for _ in range(3))
    promote(first.pk, by=None, reason="first", expected_champion=NO_CHAMPION)
    promote(second.pk, by=User.objects.create(username="ada"), reason="better", expected_champion=first.pk)
    says = f"v{second.pk} is champion by now: ada made it champion .“better”.*decide again"

    for expected in (NO_CHAMPION, first.pk):
        with pytest.raises(RegistryRefused, match=says):
            promote(third.pk, by=None, reason="try", expected_champion=expected)
        with pytest.raises(RegistryRefused, match=says):
            roll_back(by=None, reason="try", expected_champion=expected)

    assert status_of(second) == "champion"
    assert roll_back(by=None, reason="complaints", expected_champion=second.pk) == first


def test_promote__expected_champion_is_gone__refused(make_version: MakeVersion) -> None:
    with pytest.raises(RegistryRefused, match="No version is champion by now"):
        promote(make_version().pk, by=None, reason="try", expected_champion=4711)


@pytest.mark.parametrize("reason", ["", "  "])
def test_promote_and_roll_back__without_a_reason__refused(reason: str, make_version: MakeVersion) -> None:
    first, second, third = (make_version() for _ in range(3))
    promote(first.pk, by=None, reason="first")
    promote(second.pk, by=None, reason="second")

    with pytest.raises(RegistryRefused, match="reason is required"):
        promote(third.pk, by=None, reason=reason)
    with pytest.raises(RegistryRefused, match="reason is required"):
        roll_back(by=None, reason=reason)

    assert status_of(second) == "champion"


@pytest.mark.parametrize("champions", [0, 1])
def test_roll_back__nothing_before__refused(champions: int, make_version: MakeVersion) -> None:
    for _ in range(champions):
        promote(make_version().pk, by=None, reason="first")
    make_version()

    with pytest.raises(RegistryRefused):
        roll_back(by=None, reason="try")

    assert ModelVersion.objects.filter(status="champion").count() == champions


def test_database__a_champion_that_was_never_validated__impossible(make_version: MakeVersion) -> None:
    version = make_version(validated=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(pk=version.pk).update(status="champion")


@pytest.mark.django_db(transaction=True)
def test_promote__many_at_once__one_champion_and_a_row_for_each_change(make_version: MakeVersion) -> None:
    versions = [make_version() for _ in range(8)]
    barrier = threading.Barrier(8)

    def try_to_promote(version: ModelVersion) -> bool:
        try:
            barrier.wait(timeout=10)
            promote(version.pk, by=None, reason="race")
        except RegistryRefused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        promoted = sum(pool.map(try_to_promote, versions))

    assert promoted >= 1
    assert ModelVersion.objects.filter(status="champion").count() == 1
    assert ModelVersion.objects.filter(status="archived").count() == promoted - 1
    assert ChampionChange.objects.count() == promoted
