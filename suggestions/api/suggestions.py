"""POST /ml/suggestions."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions import metrics
from suggestions.api.authentication import client_of
from suggestions.api.fields import IdListField, StrictIntegerField, StrictSerializer
from suggestions.models import Fallback, Source
from suggestions.serving.suggesting import Candidate, Suggestion, SuggestionBatch, suggest_categories


class SuggestionsRequest(StrictSerializer):
    """Which transactions to suggest categories for."""

    txn_ids = IdListField()
    top_k = StrictIntegerField(min_value=1, max_value=10, default=3)
    mode = serializers.ChoiceField(choices=["auto"], default="auto")


class CandidateAnswer(serializers.Serializer[object]):
    """One category offered."""

    label = serializers.CharField()  # type: ignore[assignment]  # the contract's name
    confidence = serializers.FloatField(min_value=0, max_value=1)
    reasons = serializers.ListField(child=serializers.CharField())
    band = serializers.ChoiceField(
        choices=["98", "90", "75", "50", "0"],
        required=False,
        help_text="Of the model's candidates: the confidence is at least so many percent.",
    )
    certain = serializers.BooleanField(
        required=False,
        help_text="Of the model's candidates: whether the confidence keeps the promised precision.",
    )
    source = serializers.ChoiceField(choices=Source.values)  # type: ignore[assignment]  # likewise
    model_version = serializers.IntegerField(allow_null=True)


class SuggestionAnswer(serializers.Serializer[object]):
    """What is suggested for one transaction."""

    txn_id = serializers.IntegerField()
    event_id = serializers.IntegerField(allow_null=True)
    source = serializers.ChoiceField(choices=Source.values)  # type: ignore[assignment]  # likewise
    fallback = serializers.ChoiceField(choices=Fallback.values, required=False)
    model_version = serializers.IntegerField(allow_null=True)
    candidates = CandidateAnswer(many=True)


class DecidingRollout(serializers.Serializer[object]):
    """The rollout the suggestions were decided by."""

    version = serializers.IntegerField()
    percentage = serializers.FloatField()


class SuggestionsAnswer(serializers.Serializer[object]):
    """The suggestions, in the order in which the ids were first named."""

    items = SuggestionAnswer(many=True)
    not_found = serializers.ListField(child=serializers.IntegerField())
    rollout = DecidingRollout()
    recorded = serializers.BooleanField(
        required=False,
        help_text="Only ever false: the events could not be written, so no feedback can refer to them.",
    )


class SuggestionsView(APIView):
    """Suggest categories for transactions the client has sent."""

    @extend_schema(request=SuggestionsRequest, responses=SuggestionsAnswer)
    def post(self, request: Request) -> Response:
        """Answer with the served source's candidates for each transaction."""
        with metrics.LATENCY.time():
            body = SuggestionsRequest(data=request.data)
            body.is_valid(raise_exception=True)
            batch = suggest_categories(
                client_of(request).pk, body.validated_data["txn_ids"], top_k=body.validated_data["top_k"]
            )
            return Response(_to_answer(batch))


def _to_answer(batch: SuggestionBatch) -> dict[str, object]:
    event_ids = batch.event_ids if batch.event_ids is not None else [None] * len(batch.suggestions)
    answer: dict[str, object] = {
        "items": [_to_item(one, event) for one, event in zip(batch.suggestions, event_ids, strict=True)],
        "not_found": batch.not_found,
        "rollout": {"version": batch.rollout.version, "percentage": batch.rollout.percentage / 100},
    }
    if batch.event_ids is None:
        answer["recorded"] = False
    return answer


def _to_item(suggestion: Suggestion, event_id: int | None) -> dict[str, object]:
    source = suggestion.decision.source
    version = suggestion.model_reply.version_id if source == "model" else None
    item: dict[str, object] = {
        "txn_id": suggestion.transaction.pk,
        "event_id": event_id,
        "source": source,
        "model_version": version,
        "candidates": [_to_candidate(offer, source, version) for offer in suggestion.served],
    }
    decision = suggestion.decision
    if decision.fallback and (decision.is_in_canary or decision.is_blind):
        item["fallback"] = decision.fallback
    return item


def _to_candidate(offer: Candidate, source: str, version: int | None) -> dict[str, object]:
    candidate: dict[str, object] = {
        "label": offer.category,
        "confidence": round(offer.confidence, 6),
        "reasons": list(offer.reasons),
        "source": source,
        "model_version": version,
    }
    if offer.band is not None:
        candidate |= {"band": offer.band, "certain": offer.is_certain}
    return candidate
