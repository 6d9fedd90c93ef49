"""What the admin asks before the champion changes."""

from django.urls import reverse

from console.confirmation import Question
from mlmodels import services
from mlmodels.domain.types import VersionRef
from mlmodels.models import ModelVersion


def promotion(version: ModelVersion) -> Question:
    """Ask for the reason to make a version champion."""
    champion = services.champion_ref()
    return Question(
        title=f"Promote {version}?",
        text="It becomes champion: the model that answers in the shadow and serves the users in the canary, "
        f"from the next request on. {_displaced(champion)}",
        button=f"Promote {version}",
        url=reverse("admin:mlmodels_modelversion_promote", args=[version.pk]),
        back=_page_of(version),
        suggested_reason="",
        seen=_seen(champion),
    )


def override(version: ModelVersion) -> Question:
    """Ask for the reason to make a version champion that the gate has refused."""
    champion = services.champion_ref()
    return Question(
        title=f"Promote {version} although the gate refused it?",
        text=f"{version.rejected_reason}. It becomes champion all the same, from the next request on; the "
        f"log of champions shows that the gate was overridden, by whom and why. {_displaced(champion)}",
        button=f"Promote {version} despite the gate",
        url=reverse("admin:mlmodels_modelversion_override_gate", args=[version.pk]),
        back=_page_of(version),
        suggested_reason="",
        is_danger=True,
        seen=_seen(champion),
    )


def archiving(version: ModelVersion) -> Question:
    """Ask for the reason to put a candidate aside."""
    return Question(
        title=f"Archive {version}?",
        text="It no longer waits to be promoted. Figures, card and bytes stay, a roll back never leads to "
        "it, and it can still be promoted later.",
        button=f"Archive {version}",
        url=reverse("admin:mlmodels_modelversion_archive", args=[version.pk]),
        back=_page_of(version),
        suggested_reason="",
    )


def rollback() -> Question:
    """Ask for the reason to go back to the previous champion."""
    champion = services.champion_ref()
    return Question(
        title="Roll back to the previous version?",
        text="The previous champion becomes champion again, from the next request on. "
        f"{_displaced(champion)} Doing it twice undoes it. To take users off the model altogether, roll back "
        "to rules on the rollout page instead.",
        button="Roll back to the previous version",
        url=reverse("admin:mlmodels_modelversion_roll_back"),
        back=reverse("admin:mlmodels_modelversion_changelist"),
        suggested_reason="The champion does worse than the version before it.",
        is_danger=True,
        seen=_seen(champion),
    )


def _displaced(champion: VersionRef | None) -> str:
    if champion is None:
        return "No version is champion today."
    return f"The champion of today, v{champion.id}, is archived and stays one click away."


def _seen(champion: VersionRef | None) -> str:
    return str(champion.id if champion else services.NO_CHAMPION)


def _page_of(version: ModelVersion) -> str:
    return reverse("admin:mlmodels_modelversion_change", args=[version.pk])
