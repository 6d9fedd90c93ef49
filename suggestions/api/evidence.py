"""The evidence over HTTP: what was counted, and what follows for the rollout."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.fields import StrictSerializer
from suggestions.domain.ramp.recommendation import Action
from suggestions.evidence.reading import current_evidence
from suggestions.evidence.report import BY, report_evidence
from suggestions.ramp.recommending import recommend_now, to_document

MAX_HOURS = 24 * 90

RECOMMENDED_ACTIONS = [one.value for one in Action]


class EvidenceQuery(StrictSerializer):
    """Over how many hours to count."""

    hours = serializers.IntegerField(required=False, default=48, min_value=1, max_value=MAX_HOURS)
    by = serializers.ChoiceField(required=False, choices=BY, help_text="In which parts to show them too.")


class RateAnswer(serializers.Serializer[object]):
    """How often suggestions of one source were accepted."""

    accepted = serializers.IntegerField()
    judged = serializers.IntegerField()


class CriterionAnswer(serializers.Serializer[object]):
    """One condition for the next step."""

    name = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=["green", "red", "no data"])
    detail = serializers.CharField()
    is_required = serializers.BooleanField()


class GuardrailAnswer(serializers.Serializer[object]):
    """One guardrail of the step."""

    name = serializers.CharField()
    title = serializers.CharField()
    fired = serializers.BooleanField()
    evidence = serializers.FloatField(help_text="For harm, as a power of ten.")
    limit = serializers.FloatField(help_text="The evidence from which it fires.")
    detail = serializers.CharField()


class OutcomeAnswer(serializers.Serializer[object]):
    """Model against rules on the same transactions, by what their users were shown."""

    arm = serializers.ChoiceField(choices=["rule", "model", "blind"])
    outcomes = serializers.IntegerField()
    model_accuracy = serializers.FloatField(allow_null=True)
    rule_accuracy = serializers.FloatField(allow_null=True)
    lead_lower = serializers.FloatField()
    lead_upper = serializers.FloatField()
    standing = serializers.ChoiceField(choices=["not worse", "worse", "undecided", "no data"])


class PartAnswer(serializers.Serializer[object]):
    """The counts of one category, merchant or kind of merchant."""

    key = serializers.CharField()
    suggestions = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    accepted = serializers.DictField(child=RateAnswer())
    outcomes = serializers.IntegerField()
    model_accuracy = serializers.FloatField(allow_null=True)
    rule_accuracy = serializers.FloatField(allow_null=True)


class RecommendationAnswer(serializers.Serializer[object]):
    """The one thing to do next."""

    action = serializers.ChoiceField(choices=RECOMMENDED_ACTIONS)
    title = serializers.CharField(help_text="What to do, in words.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why; one to three.")


class EvidenceAnswer(serializers.Serializer[object]):
    """The counts of a period, and the verdicts on the present champion and step."""

    since = serializers.DateTimeField(help_text="The full hour from which on the period is counted.")
    suggestions = serializers.IntegerField()
    states = serializers.DictField(child=serializers.IntegerField())
    accepted = serializers.DictField(child=RateAnswer())
    latency_ms = serializers.DictField(child=serializers.FloatField(allow_null=True))
    failures = serializers.DictField(child=serializers.IntegerField())
    by = serializers.DictField(child=PartAnswer(many=True), required=False)
    champion = serializers.IntegerField(allow_null=True)
    comparisons = serializers.IntegerField(help_text="Of the champion, since it was first asked.")
    agreement = serializers.FloatField(allow_null=True)
    agreement_lower = serializers.FloatField()
    agreement_upper = serializers.FloatField()
    design_effect = serializers.FloatField()
    matrix = serializers.CharField(help_text="The runbook's matrix, read from the share as it stands.")
    verdict = serializers.CharField(help_text="The same where the data carry it, COLLECTING else.")
    comparisons_needed = serializers.IntegerField(allow_null=True)
    advice = serializers.CharField()
    outcomes = OutcomeAnswer(many=True)
    criteria = CriterionAnswer(many=True)
    guardrails = GuardrailAnswer(many=True)
    recommendation = RecommendationAnswer()


class EvidenceView(APIView):
    """The evidence."""

    @extend_schema(parameters=[EvidenceQuery], responses=EvidenceAnswer)
    def get(self, request: Request) -> Response:
        """Answer with the counts of the last hours, and with what the evidence says of champion and step."""
        query = EvidenceQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        now = timezone.now()
        since = now - timedelta(hours=query.validated_data["hours"])
        by = query.validated_data.get("by", "")
        evidence = current_evidence(now=now)
        report = report_evidence(evidence, since=since, by=by)
        return Response(report | {"recommendation": to_document(recommend_now(evidence))})
