"""Bank transactions as the clients sent them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from suggestions.models.clients import Client

IS_LABELLED = ~Q(category="") | ~Q(feedback_category="")


class LabelSource(models.TextChoices):
    """Whose suggestion the end user's verdict was on; staff, where a member of staff set the category."""

    RULE = "rule"
    MODEL = "model"
    STAFF = "staff"


class Transactions(models.QuerySet["Transaction"]):
    """Queries that more than one reader of the transactions asks."""

    def labelled(self) -> "Transactions":
        """Return those whose category is known."""
        return self.filter(IS_LABELLED)

    def set_label(self, category: str, *, verdict: str, source: str) -> None:
        """Make a category, settled on just now, the label that outranks the client's."""
        self.update(
            feedback_category=category, feedback_verdict=verdict, feedback_source=source, feedback_at=Now()
        )

    def clear_label(self) -> None:
        """Let the client's category count again."""
        self.update(feedback_category="", feedback_verdict="", feedback_source="", feedback_at=None)


class Transaction(models.Model):
    """One bank transaction of one end user of a client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="transactions")
    external_id = models.CharField(max_length=100, help_text="The client's own id of the transaction.")
    user_id = models.CharField(
        max_length=100, blank=True, help_text="The client's own id of its end user; empty when it gave none."
    )
    description = models.CharField(max_length=500)
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="Money out is negative.")
    currency = models.CharField(max_length=3)
    date = models.DateField(help_text="The posting date.")
    account = models.CharField(max_length=100, blank=True)
    memo = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=100, blank=True, help_text="The category the client sent, if any.")
    feedback_category = models.CharField(
        max_length=100,
        blank=True,
        help_text="The category the end user settled on, or staff set; it outranks the client's.",
    )
    # db_default: the release before this one, which knows nothing of them, still inserts.
    feedback_verdict = models.CharField(
        max_length=9,
        blank=True,
        db_default="",
        choices=[("accepted", "Accepted"), ("corrected", "Corrected")],
        help_text="How the end user came to that category; empty when there is none.",
    )
    feedback_source = models.CharField(
        max_length=5,
        blank=True,
        db_default="",
        choices=LabelSource.choices,
        help_text="Whose suggestion that verdict was on; staff, where a member of staff set the category.",
    )
    feedback_at = models.DateTimeField(
        null=True, blank=True, help_text="When the end user said so, by the database's clock."
    )
    merchant = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="The description reduced to who was paid; equal for one merchant.",
    )
    merchant_word = models.CharField(max_length=200, blank=True, db_default="", help_text="Its first word.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = Transactions.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("export_description", "Can export raw descriptions"),
            ("label_transaction", "Can set the right category of a transaction"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["client", "external_id"], name="transaction_unique_per_client"),
            models.CheckConstraint(
                name="transaction_feedback_verdict",
                condition=Q(feedback_verdict__in=["", "accepted", "corrected"]),
            ),
            models.CheckConstraint(
                name="transaction_feedback_source",
                condition=Q(feedback_source__in=["", *LabelSource.values]),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-date", "-id"], name="transaction_by_date"),
            models.Index(fields=["client", "user_id", "-date"], name="transaction_by_user"),
            models.Index(
                fields=["date", "id"],
                name="transaction_labelled",
                condition=IS_LABELLED,
            ),
            # The history of a batch reads the newest labels of each key from these, and nothing else.
            models.Index(
                fields=["client", "user_id", "merchant", "-date", "-id"],
                name="label_by_pair",
                condition=IS_LABELLED,
            ),
            models.Index(
                fields=["client", "merchant", "-date", "-id"],
                name="label_by_merchant",
                condition=IS_LABELLED,
            ),
            models.Index(
                fields=["client", "merchant_word", "-date", "-id"],
                name="label_by_word",
                condition=IS_LABELLED,
            ),
            models.Index(
                fields=["client", "user_id", "-date", "-id"],
                name="label_by_user",
                condition=IS_LABELLED,
            ),
            models.Index(
                fields=["client", "user_id", "merchant", "-feedback_at"],
                name="verdict_by_pair",
                condition=~Q(feedback_verdict=""),
            ),
            models.Index(
                fields=["feedback_at"],
                name="transaction_by_feedback",
                condition=Q(feedback_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id

    @property
    def known_category(self) -> str:
        """The category known for this transaction, the end user's word first; empty when none is known."""
        return self.feedback_category or self.category
