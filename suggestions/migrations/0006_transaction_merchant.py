"""Keep on a transaction who was paid, so that a merchant's labels are found by an index."""

from django.db import migrations, models

from mlmodels.domain.history import first_word
from mlmodels.domain.text.key import normalise

CHUNK = 2_000


def name_merchants(apps, _schema_editor):
    transaction = apps.get_model("suggestions", "Transaction")
    last = 0
    while rows := list(transaction.objects.filter(pk__gt=last).order_by("pk").only("description")[:CHUNK]):
        for row in rows:
            row.merchant = normalise(row.description)
            row.merchant_word = first_word(row.merchant)
        transaction.objects.bulk_update(rows, ["merchant", "merchant_word"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0005_transaction_feedback_checked")]

    operations = [
        migrations.AddField(
            "transaction",
            "merchant",
            models.CharField(
                max_length=200,
                blank=True,
                db_default="",
                help_text="The description reduced to who was paid; equal for one merchant.",
            ),
        ),
        migrations.AddField(
            "transaction",
            "merchant_word",
            models.CharField(max_length=200, blank=True, db_default="", help_text="Its first word."),
        ),
        migrations.RunPython(name_merchants, migrations.RunPython.noop),
    ]
