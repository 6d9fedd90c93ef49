"""What is done with a candidate in the admin: challenge the champion, stop it, put it aside."""

import pytest
from django.contrib.admin.models import LogEntry

from tests.integration.admin.console import Console, messages_of
from tests.registry_rows import make_champion, make_version, refused_by, status_of

pytestmark = pytest.mark.django_db

VERSIONS = "/admin/mlmodels/modelversion/"
RUNS = "/admin/mlmodels/trainingrun/"
REASON = {"reason": "better on groceries"}


def test_end_challenge__another_is_challenger_by_now__names_it_and_leaves_it(admin: Console) -> None:
    version, other = make_version(), make_version(status="challenger")

    answer = admin.browser.post(f"{VERSIONS}{version.pk}/end-challenge/")

    assert messages_of(answer) == [
        f"v{version.pk} is not challenger, v{other.pk} is. Nothing was changed; to end that challenge, "
        f"open v{other.pk}."
    ]
    assert status_of(other) == "challenger"


def test_end_challenge__ended_by_somebody_else_already__says_so(admin: Console) -> None:
    answer = admin.browser.post(f"{VERSIONS}{make_version().pk}/end-challenge/")

    assert "there is no challenger to end" in messages_of(answer)[0]


def test_challenge__archived_candidate__is_neither_offered_nor_done(admin: Console) -> None:
    version = make_version(status="archived")
    page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    answer = admin.browser.post(f"{VERSIONS}{version.pk}/challenge/")

    assert "Make challenger" not in page
    assert "promote it, or train a new one" in messages_of(answer)[0]
    assert status_of(version) == "archived"


def test_challenge__candidate__is_challenger_and_back(admin: Console) -> None:
    version = make_version()
    page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    admin.browser.post(f"{VERSIONS}{version.pk}/challenge/")
    challenging = (status_of(version), admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode())
    admin.browser.post(f"{VERSIONS}{version.pk}/end-challenge/")

    assert "Make challenger" in page
    assert challenging[0] == "challenger"
    assert "End the challenge" in challenging[1]
    assert status_of(version) == "candidate"
    assert LogEntry.objects.filter(user=admin.user, object_id=str(version.pk)).count() == 2


def test_challenge__rejected_version__says_why_and_changes_nothing(admin: Console) -> None:
    version = make_version(**refused_by("f1_macro"))

    answer = admin.browser.post(f"{VERSIONS}{version.pk}/challenge/")

    assert "f1_macro is low" in messages_of(answer)[0]
    assert status_of(version) == "rejected"


@pytest.mark.parametrize("page", ["challenge", "end-challenge"])
def test_challenge__get__changes_nothing(admin: Console, page: str) -> None:
    version = make_version(status="challenger" if page == "end-challenge" else "candidate")

    admin.browser.get(f"{VERSIONS}{version.pk}/{page}/")

    assert status_of(version) == version.status


def test_archive__candidate__is_put_aside_with_a_reason(admin: Console) -> None:
    candidate = make_version()
    page = admin.browser.get(f"{VERSIONS}{candidate.pk}/change/").content.decode()

    asked = admin.browser.get(f"{VERSIONS}{candidate.pk}/archive/").content.decode()
    answer = admin.browser.post(f"{VERSIONS}{candidate.pk}/archive/", REASON)

    assert f"{VERSIONS}{candidate.pk}/archive/" in page
    assert f"Archive v{candidate.pk}?" in asked
    assert status_of(candidate) == "archived"
    assert messages_of(answer) == [f"v{candidate.pk} is archived."]


def test_archive__champion__is_refused_and_not_offered(admin: Console) -> None:
    champion = make_champion()
    page = admin.browser.get(f"{VERSIONS}{champion.pk}/change/").content.decode()

    answer = admin.browser.post(f"{VERSIONS}{champion.pk}/archive/", REASON)

    assert "/archive/" not in page
    assert status_of(champion) == "champion"
    assert "roll back, first" in messages_of(answer)[0]
