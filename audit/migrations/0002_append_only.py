"""Let the database itself refuse to change or remove what was logged."""

from django.db import migrations

POSTGRESQL_UP = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_one_forward BEFORE UPDATE ON audit_audithead
    FOR EACH ROW WHEN (NEW.sequence IS DISTINCT FROM OLD.sequence + 1) EXECUTE FUNCTION audit_refuse();
"""
POSTGRESQL_DOWN = """
DROP TRIGGER audit_head_one_forward ON audit_audithead;
DROP TRIGGER audit_head_no_truncate ON audit_audithead;
DROP TRIGGER audit_head_kept ON audit_audithead;
DROP TRIGGER audit_entry_no_truncate ON audit_auditentry;
DROP TRIGGER audit_entry_append_only ON audit_auditentry;
DROP FUNCTION audit_refuse();
"""
# SQLite fires no trigger for a row that INSERT OR REPLACE removes, hence the one on INSERT.
SQLITE_TRIGGERS = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_auditentry",
    "audit_entry_no_delete": "BEFORE DELETE ON audit_auditentry",
    "audit_entry_no_replace": "BEFORE INSERT ON audit_auditentry "
    "WHEN EXISTS (SELECT 1 FROM audit_auditentry WHERE sequence = NEW.sequence)",
    "audit_head_no_delete": "BEFORE DELETE ON audit_audithead",
    "audit_head_no_replace": "BEFORE INSERT ON audit_audithead WHEN EXISTS (SELECT 1 FROM audit_audithead)",
    "audit_head_one_forward": "BEFORE UPDATE ON audit_audithead WHEN NEW.sequence IS NOT OLD.sequence + 1",
}
SQLITE_UP = [
    f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END"
    for name, when in SQLITE_TRIGGERS.items()
]
SQLITE_DOWN = [f"DROP TRIGGER {name}" for name in SQLITE_TRIGGERS]


def create_triggers(apps, schema_editor):
    statements = SQLITE_UP if schema_editor.connection.vendor == "sqlite" else [POSTGRESQL_UP]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    statements = SQLITE_DOWN if schema_editor.connection.vendor == "sqlite" else [POSTGRESQL_DOWN]
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
