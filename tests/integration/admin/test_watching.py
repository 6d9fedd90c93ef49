"""Pages let the guardrails act, and show themselves whatever happens to the evidence."""

import pytest
from django.utils import timezone

from suggestions.models import EvidenceCount, EvidenceHour
from suggestions.rollout import read_rollout
from tests.integration.admin.console import ROLLOUT, Console
from tests.ramp_evidence import stand_at

pytestmark = pytest.mark.django_db


def spoil_the_counts() -> None:
    hour = EvidenceHour.objects.create(
        hour=timezone.now(),
        rollout_version=read_rollout().version,
        suggestions=1,
        calls=1,
        failed_calls=0,
        slow_calls=0,
        latency=["no number"],
        failures={},
        groups=b"no table",
    )
    EvidenceCount.objects.create(of=hour, dimension="all")


@pytest.mark.parametrize("address", ["/admin/", ROLLOUT])
def test_page__evidence_that_cannot_be_read__is_shown_with_the_way_down(admin: Console, address: str) -> None:
    stand_at(2_500)
    spoil_the_counts()

    page = admin.browser.get(address)

    assert page.status_code == 200
    assert "The evidence cannot be read at the moment" in page.content.decode()
    assert "Roll back to rules" in page.content.decode()
