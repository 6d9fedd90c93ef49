"""Let staff set a right category, and find disagreements by pair and by client."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlmodels', '0006_drift'),
        ('suggestions', '0013_ramp_schedule'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='transaction',
            options={'ordering': ['-id'], 'permissions': [('export_description', 'Can export raw descriptions'), ('label_transaction', 'Can set the right category of a transaction')]},
        ),
        migrations.RemoveConstraint(
            model_name='transaction',
            name='transaction_feedback_source',
        ),
        migrations.AlterField(
            model_name='transaction',
            name='feedback_category',
            field=models.CharField(blank=True, help_text="The category the end user settled on, or staff set; it outranks the client's.", max_length=100),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='feedback_source',
            field=models.CharField(blank=True, choices=[('rule', 'Rule'), ('model', 'Model'), ('staff', 'Staff')], db_default='', help_text='Whose suggestion that verdict was on; staff, where a member of staff set the category.', max_length=5),
        ),
        migrations.AddIndex(
            model_name='suggestionevent',
            index=models.Index(condition=models.Q(('state', 'disagree')), fields=['rule_category', 'model_category', '-id'], name='disagreement_by_pair'),
        ),
        migrations.AddIndex(
            model_name='suggestionevent',
            index=models.Index(condition=models.Q(('state', 'disagree')), fields=['client', '-id'], name='disagreement_by_client'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.CheckConstraint(condition=models.Q(('feedback_source__in', ['', 'rule', 'model', 'staff'])), name='transaction_feedback_source'),
        ),
    ]
