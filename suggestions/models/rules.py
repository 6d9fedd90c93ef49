"""Rules as data, and the version their compiled form is cached by."""

from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from suggestions.models.clients import Client

_SIGNED: Final = "Write the amount without its sign, and choose money in or out beside it."


class Rule(models.Model):
    """One rule: transactions it matches get its category as the rule engine's candidate."""

    class Kind(models.TextChoices):
        LITERAL = "literal", "Words"
        MERCHANT = "merchant", "Merchant"
        RE2 = "re2", "Pattern (RE2)"

    class Sign(models.TextChoices):
        ANY = "any", "Money in or out"
        IN = "in", "Money in"
        OUT = "out", "Money out"

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LITERAL)
    pattern = models.CharField(
        max_length=200,
        help_text="Words as they stand in the description, a merchant, or an RE2 pattern. Case does not "
        "matter; words and patterns match from one word boundary to another. A merchant is matched as a "
        "whole, whatever numbers, places, dates or payment services stand around it: write its name, or "
        "the whole description of one of its payments.",
    )
    category = models.CharField(max_length=100)
    priority = models.SmallIntegerField(default=0, help_text="The highest priority wins.")
    sign = models.CharField(max_length=3, choices=Sign.choices, default=Sign.ANY)
    amount_min = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Smallest amount, without its sign."
    )
    amount_max = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Largest amount, without its sign."
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text="Empty: the rule holds for every client.",
    )
    user_id = models.CharField(
        max_length=100, blank=True, help_text="Empty: for every end user. Otherwise the client's id of one."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-priority", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="rule_amount_range",
                condition=Q(amount_min__isnull=True)
                | Q(amount_max__isnull=True)
                | Q(amount_min__lte=F("amount_max")),
                violation_error_message="The smallest amount is larger than the largest.",
            ),
            models.CheckConstraint(
                name="rule_user_needs_client",
                condition=Q(user_id="") | Q(client__isnull=False),
                violation_error_message="A rule for one end user needs the client that user belongs to.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse amounts below 0, which no size is: the rule could never match."""
        amounts = {name: getattr(self, name) for name in ("amount_min", "amount_max")}
        signed = [name for name, one in amounts.items() if isinstance(one, Decimal) and one < 0]
        if signed:
            raise ValidationError(dict.fromkeys(signed, _SIGNED))


class RuleSet(models.Model):
    """The one row whose version a database trigger raises with each change of any rule."""

    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="ruleset_single_row", condition=Q(id=1))]
