"""System checks: settings that would only fail under traffic fail at the start instead."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from suggestions.domain.percentage import InvalidPercentage, parse_percentage
from suggestions.training_source.weights import label_weights


@register()
def check_canary_variable(app_configs: Sequence[AppConfig] | None, **_kwargs: object) -> list[CheckMessage]:
    """Refuse a SUGGEST_USE_MODEL_CANARY that is no percentage."""
    try:
        if settings.SUGGEST_USE_MODEL_CANARY:
            parse_percentage(settings.SUGGEST_USE_MODEL_CANARY)
    except InvalidPercentage as error:
        return [
            Error(f"SUGGEST_USE_MODEL_CANARY: {error}", id="suggestions.E001", hint="Unset it or write 10%.")
        ]
    return []


@register()
def check_shadow_limits(app_configs: Sequence[AppConfig] | None, **_kwargs: object) -> list[CheckMessage]:
    """Refuse a shadow without a deadline or without permits."""
    if settings.SUGGEST_SHADOW_DEADLINE_MS <= 0 or settings.SUGGEST_SHADOW_PERMITS <= 0:
        message = "SUGGEST_SHADOW_DEADLINE_MS and SUGGEST_SHADOW_PERMITS must be positive"
        return [Error(message, id="suggestions.E002", hint="The defaults are 50 and 2.")]
    return []


@register()
def check_min_confidence(app_configs: Sequence[AppConfig] | None, **_kwargs: object) -> list[CheckMessage]:
    """Refuse a confidence threshold outside 0…1."""
    if not 0 <= settings.SUGGEST_MODEL_MIN_CONFIDENCE <= 1:
        return [
            Error(
                "SUGGEST_MODEL_MIN_CONFIDENCE must lie in 0…1",
                id="suggestions.E003",
                hint="The default is 0.",
            )
        ]
    return []


@register()
def check_celery_has_no_results(
    app_configs: Sequence[AppConfig] | None, **_kwargs: object
) -> list[CheckMessage]:
    """Refuse a Celery result backend: publishing then hangs for as long as Redis does."""
    if getattr(settings, "CELERY_RESULT_BACKEND", None):
        return [
            Error("CELERY_RESULT_BACKEND must not be set", id="suggestions.E004", hint="Remove the setting.")
        ]
    return []


@register()
def check_label_weights(app_configs: Sequence[AppConfig] | None, **_kwargs: object) -> list[CheckMessage]:
    """Refuse a weight that would leave labels out or make one count more than once."""
    return [
        Error(
            f"the weight of {kind} labels must be above 0 and at most 1, it is {weight}",
            id="suggestions.E005",
            hint=f"Set SUGGEST_LABEL_WEIGHT_{kind.upper()} to a share.",
        )
        for kind, weight in label_weights().items()
        if not 0 < weight <= 1
    ]
