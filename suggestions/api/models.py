"""The model over HTTP: its status, a single prediction, and training."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mlmodels import services, tasks
from mlmodels.domain.types import Example
from suggestions.api.authentication import Principal, may_read_descriptions, principal_of
from suggestions.api.fields import AmountField, IdField, StrictCharField, StrictIntegerField, StrictSerializer
from suggestions.api.problems import Code, Problem
from suggestions.client_categories import categories_of
from suggestions.domain.transaction_row import ID_LENGTH, TEXT_LENGTH
from suggestions.models import Transaction
from suggestions.rules.cache import current_engine
from suggestions.serving.history import key_of_description
from suggestions.serving.model_answers import Asked, predict_probabilities, user_key

MAX_LIMIT = 10_000_000


class ModelStatusAnswer(serializers.Serializer[object]):
    """Whether there is a champion, and what is known of it."""

    available = serializers.BooleanField()
    reason = serializers.CharField(required=False)
    meta = serializers.DictField(required=False)


class PredictRequest(StrictSerializer):
    """One transaction: one that is known, by its id, or any, by its fields."""

    txn_id = IdField(required=False)
    description = StrictCharField(required=False, max_length=TEXT_LENGTH)
    amount = AmountField(required=False)
    currency = serializers.RegexField("^[A-Za-z]{3}$", required=False, default="")
    date = serializers.DateField(required=False)
    merchant = StrictCharField(required=False, max_length=TEXT_LENGTH, allow_blank=True, default="")
    user_id = StrictCharField(required=False, max_length=ID_LENGTH, allow_blank=True, default="")

    def validate(self, attrs: Any) -> Any:
        """Require the id alone, or description and amount."""
        if "txn_id" in attrs:
            if {"description", "amount", "date"} & attrs.keys():
                raise serializers.ValidationError(
                    {"txn_id": "Give either txn_id or the transaction's own fields."}
                )
        elif missing := [name for name in ("description", "amount") if name not in attrs]:
            raise serializers.ValidationError(dict.fromkeys(missing, "Required without txn_id."))
        return attrs


class PredictAnswer(serializers.Serializer[object]):
    """The model's answer, or why there is none."""

    available = serializers.BooleanField()
    reason = serializers.CharField(required=False)
    label = serializers.CharField(required=False)  # type: ignore[assignment]  # the contract's name
    confidence = serializers.FloatField(required=False)
    band = serializers.CharField(required=False)
    certain = serializers.BooleanField(required=False)
    reasons = serializers.ListField(child=serializers.CharField(), required=False)
    probs = serializers.DictField(child=serializers.FloatField(), required=False)
    model_meta = serializers.DictField(required=False)


class TrainRequest(StrictSerializer):
    """How many of the newest labelled transactions to learn from; all of them without a limit."""

    limit = StrictIntegerField(required=False, min_value=1, max_value=MAX_LIMIT)


class TrainAnswer(serializers.Serializer[object]):
    """The run that was started."""

    run_id = serializers.IntegerField()
    status = serializers.CharField()


class TrainingRunAnswer(TrainAnswer):
    """A run and how far it is."""

    kind = serializers.CharField(help_text="What it was started by: manual, scheduled, labels or drift.")
    reason = serializers.CharField(allow_blank=True, help_text="Why, where nobody asked for it.")
    stage = serializers.CharField(allow_blank=True)
    progress = serializers.IntegerField(help_text="Percent.")


class ModelStatusView(APIView):
    """The champion."""

    @extend_schema(responses=ModelStatusAnswer)
    def get(self, request: Request) -> Response:
        """Answer whether a model is available, with its metadata."""
        return Response(_visible_to(principal_of(request), services.model_status()))


class PredictView(APIView):
    """One prediction; stores nothing."""

    @extend_schema(request=PredictRequest, responses=PredictAnswer)
    def post(self, request: Request) -> Response:
        """Answer with the model's category and all probabilities."""
        body = PredictRequest(data=request.data)
        body.is_valid(raise_exception=True)
        principal = principal_of(request)
        asked = _asked(principal, body.validated_data)
        return Response(
            predict_probabilities(
                asked, categories=_categories(principal), quotes=may_read_descriptions(principal)
            )
        )


class TrainView(APIView):
    """Start a training."""

    @extend_schema(
        request=TrainRequest,
        responses={202: TrainAnswer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Answer 202 as soon as the run is written down; 409 with the other's id while one is under way."""
        body = TrainRequest(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            run = services.request_run(
                services.RunRequest(
                    requested_by=principal_of(request).user,
                    limit=body.validated_data.get("limit"),
                    idempotency_key=_idempotency_key(request),
                )
            )
        except services.TrainingInProgress as error:
            tasks.publish_waiting(error.run_id)
            detail = f"Run {error.run_id} is under way; follow it at /ml/v2/train/{error.run_id}."
            raise Problem(409, Code.TRAINING_IN_PROGRESS, detail, run_id=error.run_id) from None
        except services.KeyReused:
            detail = "Idempotency-Key: it was sent before with another body; send a new one."
            raise Problem(422, Code.IDEMPOTENCY_KEY_REUSED, detail) from None
        tasks.publish(run.pk)
        return Response({"run_id": run.pk, "status": run.status}, status=status.HTTP_202_ACCEPTED)


class TrainingRunView(APIView):
    """One training."""

    @extend_schema(responses=TrainingRunAnswer)
    def get(self, request: Request, run_id: int) -> Response:
        """Answer how far the run is."""
        run = services.find_run(run_id)
        if run is None:
            raise NotFound("There is no such training run.")
        return Response(services.run_progress(run))


def _visible_to(principal: Principal, answer: dict[str, Any]) -> dict[str, Any]:
    """Leave a client only the categories it knows: others may be another client's own words."""
    categories = _categories(principal)
    meta = answer.get("meta")
    if meta is None or categories is None:
        return answer
    f1_per_class = {label: f1 for label, f1 in meta["val_f1_per_class"].items() if label in categories}
    classes = [label for label in meta["classes"] if label in categories]
    visible = {"classes": classes, "val_f1_per_class": f1_per_class, "gate": _without_details(meta["gate"])}
    return answer | {"meta": meta | visible}


def _without_details(gate: dict[str, Any]) -> dict[str, Any]:
    # The sentences name categories.
    conditions = [
        {name: value for name, value in condition.items() if name != "detail"}
        for condition in gate.get("conditions", [])
    ]
    return gate | {"conditions": conditions}


def _categories(principal: Principal) -> frozenset[str] | None:
    if principal.client is None:
        return None
    suggestable, _ = categories_of(principal.client.pk, current_engine())
    return suggestable


def _asked(principal: Principal, data: dict[str, Any]) -> Asked:
    if "txn_id" in data:
        transactions = Transaction.objects.all()
        if principal.client is not None:
            transactions = transactions.filter(client=principal.client)
        row = transactions.filter(pk=data["txn_id"]).first()
        if row is None:
            raise NotFound("There is no such transaction.")
        return Asked.of(row)
    client_id = principal.client.pk if principal.client else None
    day: date = data.get("date") or timezone.now().date()
    example = Example(
        description=data["description"],
        memo=data["merchant"],
        amount=float(data["amount"]),
        currency=data["currency"].upper(),
        date=day,
        user_key=user_key(client_id, data["user_id"]) if client_id else "",
        client_key=str(client_id or ""),
    )
    return Asked(example, key_of_description(data["description"], data["user_id"]), client_id)


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 100 or not key.isprintable():
        raise serializers.ValidationError({"Idempotency-Key": "Must have at most 100 printable characters."})
    return key or None
