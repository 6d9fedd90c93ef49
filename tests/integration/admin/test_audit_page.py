"""The audit log in the admin: a timeline, its details, and the verification."""

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from audit import admin as audit_admin
from audit.log import Kind, Origin
from audit.models import AuditEntry
from tests.audit_rows import append, as_owner
from tests.integration.admin.console import Console

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/auditentry/"


def verdict(console: Console) -> str:
    return console.browser.post(f"{LIST}verify/", follow=True).content.decode()


def test_timeline__entries__latest_first_with_what_changed(analyst: Console) -> None:
    append(subject="rule 17", kind=Kind.RULE, reason="the first")
    append(actor="", origin=Origin.START, reason="the second")

    page = analyst.browser.get(LIST).content.decode()

    assert page.index("the second") < page.index("the first")
    assert "percentage: 0.0 → 10.0" in page
    assert "start of the service" in page


@pytest.mark.parametrize("query", ["kind__exact=rule", "actor=ada", "q=17", "q=careful"])
def test_timeline__filtered_or_searched__shows_what_fits(analyst: Console, query: str) -> None:
    append(subject="rule 17", kind=Kind.RULE, reason="careful")
    append(actor="grace", reason="another")

    page = analyst.browser.get(f"{LIST}?{query}").content.decode()

    assert "careful" in page
    assert "another" not in page


def test_detail__hostile_evidence__is_shown_as_text_with_its_hash(analyst: Console) -> None:
    entry = append(evidence={"note": "<script>alert(1)</script>"})

    page = analyst.browser.get(f"{LIST}{entry.pk}/change/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&quot;note&quot;: &quot;&lt;script&gt;alert(1)" in page
    assert entry.hash in page


def test_detail__forged_entry__still_opens(analyst: Console) -> None:
    entry = append()
    with as_owner():
        AuditEntry.objects.update(content="no JSON", kind="gossip")

    assert analyst.browser.get(f"{LIST}{entry.pk}/change/").status_code == 200
    assert analyst.browser.get(LIST).status_code == 200


def test_verify__whole_and_forged_log__says_which(analyst: Console) -> None:
    assert "The log is empty and whole." in verdict(analyst)

    append()
    assert "The one entry is whole" in verdict(analyst)

    with as_owner():
        AuditEntry.objects.update(reason="forged")
    assert "entry 1 was edited: reason differs from what was hashed" in verdict(analyst)


def test_verify__more_entries_than_a_request_can_read__names_the_command(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    append()
    monkeypatch.setattr(audit_admin, "VERIFIED_HERE", 0)

    assert "run `manage.py audit verify`" in verdict(analyst)


def test_verify__get_or_no_role__verifies_nothing(analyst: Console) -> None:
    nobody = Browser()
    nobody.force_login(
        User.objects.create_user("nobody", is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )

    assert "whole" not in analyst.browser.get(f"{LIST}verify/", follow=True).content.decode()
    assert nobody.post(f"{LIST}verify/").status_code == 403
