"""The challenger: which version may be it, which stops being it, and what a champion does to it."""

from collections.abc import Callable
from typing import Any

import pytest

from mlmodels.models import ModelVersion
from mlmodels.versions.changing import RegistryRefused
from mlmodels.versions.registry import (
    challenge,
    challenger_ref,
    end_challenge,
    promote,
)
from tests.registry_rows import refused_by, status_of

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]


def test_challenge__another_one__the_older_goes_back_where_it_was(make_version: MakeVersion) -> None:
    candidate, former_champion, third = (make_version() for _ in range(3))
    promote(former_champion.pk, by=None, reason="first")
    promote(make_version().pk, by=None, reason="second")

    challenge(candidate.pk)
    challenge(former_champion.pk)
    challenge(third.pk)

    assert [status_of(one) for one in (candidate, former_champion, third)] == [
        *("candidate", "archived", "challenger")
    ]
    reference = challenger_ref()
    assert reference is not None
    assert (reference.id, reference.sha256) == (third.pk, third.sha256)


def test_challenge__the_challenger_again__stays(make_version: MakeVersion) -> None:
    version = make_version()
    challenge(version.pk)

    challenge(version.pk)

    assert status_of(version) == "challenger"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param(refused_by("f1_macro"), "rejected", id="rejected"),
        pytest.param({"validated_at": None}, "models validate", id="not validated"),
        pytest.param({"artifact": b"damaged"}, "damaged", id="damaged"),
        pytest.param({"status": "champion"}, "already", id="champion"),
    ],
)
def test_challenge__what_could_not_become_champion__refused_and_the_challenger_stays(
    changes: dict[str, Any], says: str, make_version: MakeVersion
) -> None:
    challenger, version = make_version(status="challenger"), make_version(**changes)

    with pytest.raises(RegistryRefused, match=says):
        challenge(version.pk)

    assert status_of(challenger) == "challenger"
    with pytest.raises(RegistryRefused, match="no version 4711"):
        challenge(4711)


def test_end_challenge__challenger__a_candidate_again(make_version: MakeVersion) -> None:
    version = make_version(status="challenger")

    assert end_challenge() == version
    assert status_of(version) == "candidate"
    assert end_challenge() is None
    assert challenger_ref() is None


def test_end_challenge__another_than_expected__refused_and_it_stays(make_version: MakeVersion) -> None:
    challenger, version = make_version(status="challenger"), make_version()

    with pytest.raises(RegistryRefused, match=f"v{challenger.pk} is"):
        end_challenge(expected=version.pk)

    assert status_of(challenger) == "challenger"
    assert end_challenge(expected=challenger.pk) == challenger
    with pytest.raises(RegistryRefused, match="there is no challenger"):
        end_challenge(expected=challenger.pk)


def test_challenge__archived_as_a_candidate__refused_with_what_to_do(make_version: MakeVersion) -> None:
    version = make_version(status="archived")

    with pytest.raises(RegistryRefused, match="promote it, or train a new one"):
        challenge(version.pk)

    assert status_of(version) == "archived"


def test_promote__the_challenger__champion_and_nobody_challenges(make_version: MakeVersion) -> None:
    champion, challenger = make_version(), make_version(status="challenger")
    promote(champion.pk, by=None, reason="first")

    promote(challenger.pk, by=None, reason="it did better in the shadow")

    assert [status_of(one) for one in (champion, challenger)] == ["archived", "champion"]
    assert challenger_ref() is None
