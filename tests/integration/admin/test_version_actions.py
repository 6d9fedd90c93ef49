"""What is done with a version in the admin: promote, overrule the gate, challenge, roll back, archive."""

from typing import Any

import pytest

from mlmodels.models import ChampionChange
from mlmodels.versions import registry
from tests.integration.admin.console import Console, messages_of
from tests.registry_rows import make_champion, make_version, refused_by, status_of

pytestmark = pytest.mark.django_db

VERSIONS = "/admin/mlmodels/modelversion/"
RUNS = "/admin/mlmodels/trainingrun/"
REASON = {"reason": "better on groceries"}


def test_promote__candidate__becomes_champion_with_name_and_reason(admin: Console) -> None:
    champion, candidate = make_champion(), make_version()

    answer = admin.browser.post(f"{VERSIONS}{candidate.pk}/promote/", REASON)

    change = ChampionChange.objects.get()
    assert (status_of(champion), status_of(candidate)) == ("archived", "champion")
    assert (change.changed_by, change.reason) == (admin.user, "better on groceries")
    assert messages_of(answer) == [f"v{candidate.pk} is champion."]


def seen_on(page: Any) -> dict[str, str]:
    """Return the form of a question as a browser without scripts sends it, with a reason."""
    return {"seen": page.context["form"]["seen"].value()} | REASON


def test_promote__champion_changed_since_the_question__says_who_and_why_and_changes_nothing(
    admin: Console, superuser: Console
) -> None:
    candidate, other = make_version(), make_version()
    make_champion()
    form = seen_on(admin.browser.get(f"{VERSIONS}{candidate.pk}/promote/"))
    superuser.browser.post(f"{VERSIONS}{other.pk}/promote/", {"reason": "groceries"})

    answer = admin.browser.post(f"{VERSIONS}{candidate.pk}/promote/", form)

    (said,) = messages_of(answer)
    assert said.startswith(f"v{other.pk} is champion by now: the superuser made it champion (“groceries”).")
    assert "decide again" in said
    assert (status_of(other), status_of(candidate)) == ("champion", "candidate")


def test_promote__first_champion_since_the_question__is_not_displaced(admin: Console) -> None:
    candidate, other = make_version(), make_version()
    form = seen_on(admin.browser.get(f"{VERSIONS}{candidate.pk}/promote/"))
    registry.promote(other.pk, by=None, reason="the first")

    admin.browser.post(f"{VERSIONS}{candidate.pk}/promote/", form)

    assert (status_of(other), status_of(candidate)) == ("champion", "candidate")


def test_override_gate__champion_changed_since_the_question__changes_nothing(admin: Console) -> None:
    refused, other = make_version(**refused_by("f1_macro")), make_version()
    form = seen_on(admin.browser.get(f"{VERSIONS}{refused.pk}/override-gate/"))
    registry.promote(other.pk, by=None, reason="the first")

    admin.browser.post(f"{VERSIONS}{refused.pk}/override-gate/", form)

    assert (status_of(other), status_of(refused)) == ("champion", "rejected")


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param("x", id="no number"),
        pytest.param("9" * 5_000, id="longer than any"),
        pytest.param("", id="empty"),
    ],
)
def test_promote__seen_that_no_page_sends__never_breaks(admin: Console, seen: str) -> None:
    candidate = make_version()

    answer = admin.browser.post(f"{VERSIONS}{candidate.pk}/promote/", REASON | {"seen": seen})

    assert answer.status_code == 302


def test_dialogs__beside_their_pages__carry_the_champion_that_is_shown(admin: Console) -> None:
    former, champion, candidate = make_version(), make_version(), make_version()
    registry.promote(former.pk, by=None, reason="first")
    registry.promote(champion.pk, by=None, reason="second")

    for url in (VERSIONS, f"{VERSIONS}{candidate.pk}/change/"):
        page = admin.browser.get(url).content.decode()

        assert f'<input type="hidden" name="seen" value="{champion.pk}"' in page, url


def test_promote__get__asks_and_changes_nothing(admin: Console) -> None:
    candidate = make_version()

    page = admin.browser.get(f"{VERSIONS}{candidate.pk}/promote/").content.decode()

    assert f"Promote v{candidate.pk}?" in page
    assert status_of(candidate) == "candidate"


def test_promote__without_a_reason__asks_for_it(admin: Console) -> None:
    candidate = make_version()

    page = admin.browser.post(f"{VERSIONS}{candidate.pk}/promote/", {"reason": ""}).content.decode()

    assert "This field is required" in page
    assert status_of(candidate) == "candidate"


@pytest.mark.parametrize(
    ("overrides", "detail"),
    [
        pytest.param({"status": "rejected", "rejected_reason": "weak"}, "(weak)", id="rejected"),
        pytest.param({"validated_at": None}, "has not been validated", id="not validated"),
        pytest.param({"feature_version": 999}, "other features", id="other features"),
    ],
)
def test_promote__refused__says_why_and_keeps_the_champion(
    admin: Console, overrides: dict[str, Any], detail: str
) -> None:
    champion, version = make_champion(), make_version(**overrides)

    answer = admin.browser.post(f"{VERSIONS}{version.pk}/promote/", REASON)

    assert detail in messages_of(answer)[0]
    assert status_of(champion) == "champion"


def test_override_gate__refused_version__offered_and_logged_with_name_and_reason(admin: Console) -> None:
    version = make_version(**refused_by("f1_macro"))
    page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    admin.browser.post(f"{VERSIONS}{version.pk}/override-gate/", {"reason": "rare ones are not ours"})

    change = ChampionChange.objects.get()
    assert "Promote despite the gate" in page
    assert (status_of(version), change.is_gate_overridden) == ("champion", True)
    assert (change.changed_by, change.reason) == (admin.user, "rare ones are not ours")


@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_override_gate__who_may_not__is_neither_offered_nor_let(console_of: Any, role: str) -> None:
    version = make_version(**refused_by("f1_macro"))
    browser = console_of(role).browser

    page = browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()
    answer = browser.post(f"{VERSIONS}{version.pk}/override-gate/", {"reason": "rare ones are not ours"})

    assert "Promote despite the gate" not in page
    assert answer.status_code == 403
    assert status_of(version) == "rejected"


def test_override_gate__version_that_passed_or_cannot_answer__is_not_offered(admin: Console) -> None:
    for version in (make_version(), make_version(**refused_by("finite"))):
        page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

        assert "Promote despite the gate" not in page


def test_override_gate__bytes_dropped__is_not_offered(admin: Console) -> None:
    version = make_version(**refused_by("f1_macro"), artifact=b"", size_bytes=0)

    page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    assert "Promote despite the gate" not in page


def test_promote__unknown_version__is_not_found(admin: Console) -> None:
    assert admin.browser.post(f"{VERSIONS}987654/promote/", REASON).status_code == 404


def test_roll_back__previous_champion__is_champion_again(admin: Console) -> None:
    first, second = make_champion(), make_version()
    admin.browser.post(f"{VERSIONS}{second.pk}/promote/", REASON)

    admin.browser.post(f"{VERSIONS}roll-back/", {"reason": "worse"})

    assert (status_of(first), status_of(second)) == ("champion", "archived")
    assert ChampionChange.objects.latest("pk").reason == "worse"


def test_roll_back__by_two_who_saw_the_same_champion__goes_back_once(
    admin: Console, superuser: Console
) -> None:
    good, bad = make_version(), make_version()
    registry.promote(good.pk, by=None, reason="first")
    registry.promote(bad.pk, by=None, reason="second")
    forms = [seen_on(one.browser.get(f"{VERSIONS}roll-back/")) for one in (admin, superuser)]

    answers = [
        one.browser.post(f"{VERSIONS}roll-back/", form)
        for one, form in zip((admin, superuser), forms, strict=True)
    ]

    assert messages_of(answers[0]) == [f"v{good.pk} is champion."]
    assert f"v{good.pk} is champion by now: the admin made it champion" in messages_of(answers[1])[0]
    assert status_of(good) == "champion"


def test_roll_back__answered_without_a_reason__remembers_what_was_seen(admin: Console) -> None:
    good, bad = make_version(), make_version()
    registry.promote(good.pk, by=None, reason="first")
    registry.promote(bad.pk, by=None, reason="second")
    form = seen_on(admin.browser.get(f"{VERSIONS}roll-back/"))
    registry.roll_back(by=None, reason="somebody was faster")

    form = seen_on(admin.browser.post(f"{VERSIONS}roll-back/", form | {"reason": ""}))
    admin.browser.post(f"{VERSIONS}roll-back/", form)

    assert status_of(good) == "champion"


def test_roll_back__previous_champion_is_challenger__is_offered(admin: Console) -> None:
    good, bad = make_version(), make_version()
    registry.promote(good.pk, by=None, reason="first")
    registry.promote(bad.pk, by=None, reason="second")
    registry.challenge(good.pk)

    page = admin.browser.get(VERSIONS).content.decode()

    assert "Roll back to the previous version" in page


def test_roll_back__without_a_previous_champion__is_not_offered_and_says_why(admin: Console) -> None:
    champion = make_champion()

    page = admin.browser.get(VERSIONS).content.decode()
    answer = admin.browser.post(f"{VERSIONS}roll-back/", REASON)

    assert "Roll back to the previous version" not in page
    assert "no previous champion" in messages_of(answer)[0]
    assert status_of(champion) == "champion"
