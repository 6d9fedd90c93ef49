"""Allow rules on merchants.

Choices and help texts are no part of a column, so no table is remade and the triggers of 0002 stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0007_transaction_label_indexes")]

    operations = [
        migrations.AlterField(
            model_name="rule",
            name="kind",
            field=models.CharField(
                choices=[("literal", "Words"), ("merchant", "Merchant"), ("re2", "Pattern (RE2)")],
                default="literal",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="pattern",
            field=models.CharField(
                help_text="Words as they stand in the description, a merchant, or an RE2 pattern. Case does not "
                "matter; words and patterns match from one word boundary to another. A merchant is matched as a "
                "whole, whatever numbers, places, dates or payment services stand around it: write its name, or the "
                "whole description of one of its payments.",
                max_length=200,
            ),
        ),
    ]
