"""Raise the rule set's version with each change of any rule, whoever makes it and however."""

from django.db import migrations

POSTGRESQL_UP = """
CREATE FUNCTION suggestions_ruleset_raise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE suggestions_ruleset SET version = version + 1 WHERE id = 1;
    RETURN NULL;
END $$;
CREATE TRIGGER suggestions_rule_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON suggestions_rule
    FOR EACH STATEMENT EXECUTE FUNCTION suggestions_ruleset_raise();
"""
POSTGRESQL_DOWN = """
DROP TRIGGER suggestions_rule_changed ON suggestions_rule;
DROP FUNCTION suggestions_ruleset_raise();
"""
SQLITE_UP = [
    f"""CREATE TRIGGER suggestions_rule_{verb.lower()} AFTER {verb} ON suggestions_rule
    BEGIN UPDATE suggestions_ruleset SET version = version + 1 WHERE id = 1; END"""
    for verb in ("INSERT", "UPDATE", "DELETE")
]
SQLITE_DOWN = [f"DROP TRIGGER suggestions_rule_{verb}" for verb in ("insert", "update", "delete")]


def create_trigger(apps, schema_editor):
    statements = SQLITE_UP if schema_editor.connection.vendor == "sqlite" else [POSTGRESQL_UP]
    for statement in statements:
        schema_editor.execute(statement)


def drop_trigger(apps, schema_editor):
    statements = SQLITE_DOWN if schema_editor.connection.vendor == "sqlite" else [POSTGRESQL_DOWN]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0001_initial")]

    operations = [migrations.RunPython(create_trigger, drop_trigger)]
