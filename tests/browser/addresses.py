"""The addresses of every kind of page, with rows that strain it."""

from mlmodels.training import run_log
from suggestions.models import Feedback, RolloutChange
from suggestions.rollout import set_percentage
from tests.builders import make_client, make_event, make_key, make_rule, make_transaction
from tests.registry_rows import make_champion, make_run, make_version
from tests.version_facts import METRICS

LISTS = [
    "suggestions/rolloutchange",
    "suggestions/rolloutproposal",
    "suggestions/rollouthold",
    "suggestions/suggestionevent",
    "suggestions/feedback",
    "suggestions/transaction",
    "suggestions/rule",
    "suggestions/category",
    "suggestions/client",
    "suggestions/apikey",
    "mlmodels/modelversion",
    "mlmodels/trainingrun",
    "mlmodels/championchange",
    "audit/auditentry",
    "django_celery_beat/periodictask",
]


def make_pages() -> list[str]:
    """Write the rows that the pages show; return the addresses."""
    client = make_client(name="a client with a name that is rather long for a narrow screen")
    make_key(client=client)
    row = make_transaction(client, description="A-DESCRIPTION-WITHOUT-ANY-SPACES-" * 6)
    event = make_event(row, state="disagree", model_category="Fuel", model_confidence=0.7)
    Feedback.objects.create(event=event, verdict="corrected", category="Fuel")
    set_percentage(2_500, by=None, reason="a" * 300, origin=RolloutChange.Origin.COMMAND)
    champion, candidate = make_champion(metrics=METRICS), make_version(metrics=METRICS)
    run = make_run()
    run_log.note(run.pk, "Asked for by hand.")
    return [
        "/admin/",
        "/admin/suggestions/rollout/",
        "/admin/suggestions/rollout/roll-back/",
        "/admin/suggestions/rolloutpolicy/",
        "/admin/suggestions/rollouthold/place/",
        "/admin/suggestions/suggestionevent/disagreements/",
        "/admin/suggestions/suggestionevent/disagreements/?min_confidence=2",
        "/admin/password_change/",
        *(f"/admin/{name}/" for name in LISTS),
        f"/admin/suggestions/suggestionevent/{event.pk}/change/",
        f"/admin/suggestions/transaction/{row.pk}/change/",
        f"/admin/suggestions/transaction/{row.pk}/explain/",
        f"/admin/suggestions/rule/{make_rule().pk}/change/",
        "/admin/suggestions/rule/add/",
        "/admin/suggestions/rule/suggested/",
        "/admin/suggestions/rule/deleted/",
        "/admin/suggestions/transaction/playground/",
        "/admin/suggestions/apikey/add/",
        f"/admin/mlmodels/modelversion/{champion.pk}/change/",
        f"/admin/mlmodels/modelversion/{champion.pk}/card/",
        f"/admin/mlmodels/modelversion/compare/?a={champion.pk}&b={candidate.pk}&rows=1",
        "/admin/mlmodels/trainingrun/train/",
        f"/admin/mlmodels/trainingrun/{run.pk}/change/",
    ]
