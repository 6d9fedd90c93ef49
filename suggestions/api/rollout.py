"""The rollout over HTTP: its state, the evidence, and the one-click way down."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.authentication import principal_of
from suggestions.api.fields import StrictCharField, StrictSerializer
from suggestions.domain.evidence.agreement import ADVICE
from suggestions.evidence import evidence_since
from suggestions.models import RolloutChange
from suggestions.rollout import read_rollout, roll_back

MAX_HOURS = 24 * 90


class RolloutAnswer(serializers.Serializer[object]):
    """The state of the rollout."""

    percentage = serializers.FloatField()
    version = serializers.IntegerField()
    salt = serializers.CharField(help_text="Goes into each user's bucket; docs/rollout.md has the formula.")


class RollbackRequest(StrictSerializer):
    """Why everybody goes back to rules."""

    reason = StrictCharField(max_length=500)


class EvidenceQuery(StrictSerializer):
    """Over how many hours to count."""

    hours = serializers.IntegerField(required=False, default=48, min_value=1, max_value=MAX_HOURS)


class EvidenceAnswer(serializers.Serializer[object]):
    """The runbook's verdict with its numbers."""

    since = serializers.DateTimeField()
    suggestions = serializers.IntegerField()
    states = serializers.DictField(child=serializers.IntegerField())
    comparisons = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField()
    advice = serializers.CharField()
    accepted = serializers.DictField()


class RolloutView(APIView):
    """The state of the rollout."""

    @extend_schema(responses=RolloutAnswer)
    def get(self, request: Request) -> Response:
        """Answer with percentage, version and salt."""
        return _current_state()


class RollbackView(APIView):
    """Back to rules for everybody."""

    @extend_schema(request=RollbackRequest, responses=RolloutAnswer)
    def post(self, request: Request) -> Response:
        """Set the canary to 0 %; no suggestion that starts after the answer is served by the model."""
        body = RollbackRequest(data=request.data)
        body.is_valid(raise_exception=True)
        user = principal_of(request).user
        roll_back(by=user, reason=body.validated_data["reason"], origin=RolloutChange.Origin.API)
        return _current_state()


class EvidenceView(APIView):
    """The evidence of the last hours."""

    @extend_schema(parameters=[EvidenceQuery], responses=EvidenceAnswer)
    def get(self, request: Request) -> Response:
        """Answer with the counts and the verdict of the decision matrix."""
        query = EvidenceQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        evidence = evidence_since(timezone.now() - timedelta(hours=query.validated_data["hours"]))
        return Response(
            {
                "since": evidence.since,
                "suggestions": evidence.suggestions,
                "states": evidence.states,
                "comparisons": evidence.comparisons,
                "agreement": evidence.agreement,
                "verdict": evidence.verdict,
                "advice": ADVICE[evidence.verdict],
                "accepted": {
                    source: {"accepted": accepted, "judged": judged}
                    for source, (accepted, judged) in evidence.accepted.items()
                },
            }
        )


def _current_state() -> Response:
    state = read_rollout()
    return Response({"percentage": state.percentage / 100, "version": state.version, "salt": state.salt})
