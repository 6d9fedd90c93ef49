"""Every page of the admin, and who may open it."""

from collections.abc import Iterator

from django.contrib import admin
from django.urls import URLPattern, URLResolver, reverse

ANALYST, OPERATOR, ADMIN = "analyst", "operator", "admin"
ALL = frozenset({ANALYST, OPERATOR, ADMIN})
OPERATORS = frozenset({OPERATOR, ADMIN})
ADMINS = frozenset({ADMIN})
NOBODY: frozenset[str] = frozenset()


def _rows(
    model: str,
    *,
    read: frozenset[str],
    add: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
) -> dict[str, frozenset[str]]:
    return {
        f"{model}_changelist": read,
        f"{model}_change": read,
        f"{model}_history": read,
        f"{model}_add": add,
        f"{model}_delete": delete,
    }


# The contract's "who may": analysts read, operators train and go down, admins do all.
PAGES: dict[str, frozenset[str]] = {
    "index": ALL,
    "password_change": ALL,
    "password_change_done": ALL,
    "search": ALL,
    **_rows("suggestions_client", read=ALL, add=ADMINS),
    **_rows("suggestions_category", read=ALL),
    **_rows("suggestions_transaction", read=ALL),
    "suggestions_transaction_explain": ALL,
    **_rows("suggestions_suggestionevent", read=ALL),
    "suggestions_suggestionevent_disagreements": ALL,
    "suggestions_suggestionevent_disagreements_export": ALL,
    "suggestions_suggestionevent_label": ADMINS,  # a GET leads to the disagreements
    **_rows("suggestions_feedback", read=ALL),
    **_rows("suggestions_rule", read=ALL, add=ADMINS, delete=ADMINS),
    "suggestions_rule_suggested": ALL,
    "suggestions_rule_deleted": ALL,
    "suggestions_rule_revert": ADMINS,
    "suggestions_transaction_playground": ALL,
    **_rows("suggestions_rolloutchange", read=ALL),
    **_rows("audit_auditentry", read=ALL),
    "audit_auditentry_verify": ALL,  # a GET leads to the list
    # A GET leads to the list. The filter of these tests is shared, and not theirs.
    "console_savedfilter_save": ALL,
    "console_savedfilter_share": ADMINS,
    "console_savedfilter_remove": ADMINS,
    "suggestions_rollout_changelist": ALL,
    "suggestions_rollout_change": ALL,
    "suggestions_rollout_roll_back": OPERATORS,
    "suggestions_rolloutpolicy_changelist": ALL,
    "suggestions_rolloutpolicy_change": ALL,
    **_rows("suggestions_rolloutproposal", read=ALL),
    "suggestions_rolloutproposal_approve": ADMINS,
    "suggestions_rolloutproposal_reject": ADMINS,
    "suggestions_rolloutproposal_withdraw": ADMINS,
    **_rows("suggestions_rollouthold", read=ALL),
    "suggestions_rollouthold_place": OPERATORS,
    "suggestions_rollouthold_lift": ADMINS,
    "suggestions_apikey_changelist": ADMINS,
    "suggestions_apikey_add": ADMINS,
    "suggestions_apikey_change": ALL,  # leads to the list, which judges
    "suggestions_apikey_revoke": ADMINS,
    **_rows("mlmodels_modelversion", read=ALL),
    "mlmodels_modelversion_card": ALL,
    "mlmodels_modelversion_compare": ALL,
    "mlmodels_modelversion_card_download": ALL,
    "mlmodels_modelversion_promote": ADMINS,
    "mlmodels_modelversion_override_gate": ADMINS,
    "mlmodels_modelversion_challenge": ADMINS,
    "mlmodels_modelversion_end_challenge": ADMINS,
    "mlmodels_modelversion_archive": ADMINS,
    "mlmodels_modelversion_roll_back": ADMINS,
    **_rows("mlmodels_trainingrun", read=ALL),
    "mlmodels_trainingrun_train": ALL,
    "mlmodels_trainingrun_schedule": ADMINS,  # a GET leads to the page
    **_rows("mlmodels_championchange", read=ALL),
    **_rows("django_celery_beat_periodictask", read=ADMINS, add=ADMINS, delete=ADMINS),
    **_rows("django_celery_beat_crontabschedule", read=ADMINS, add=ADMINS, delete=ADMINS),
    **_rows("django_celery_beat_intervalschedule", read=ADMINS, add=ADMINS, delete=ADMINS),
    # Superusers only: whoever may change people may make a superuser of themselves.
    **_rows("auth_user", read=NOBODY),
    "auth_user_password_change": NOBODY,
    **_rows("auth_group", read=NOBODY),
    **_rows("axes_accessattempt", read=NOBODY),
}


def _saved(
    model: str,
    *,
    change: frozenset[str] = NOBODY,
    add: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
) -> dict[str, frozenset[str]]:
    return {f"{model}_change": change, f"{model}_add": add, f"{model}_delete": delete}


# Who may send a form (POST) that can change something. A page stands here or in ONLY_READ.
WRITES: dict[str, frozenset[str]] = {
    "password_change": ALL,
    **_saved("suggestions_client", change=ADMINS, add=ADMINS),
    **_saved("suggestions_category", change=ADMINS),
    **_saved("suggestions_transaction"),
    **_saved("suggestions_suggestionevent"),
    **_saved("suggestions_feedback"),
    "suggestions_suggestionevent_label": ADMINS,
    **_saved("suggestions_rule", change=ADMINS, add=ADMINS, delete=ADMINS),
    "suggestions_rule_revert": ADMINS,
    **_saved("suggestions_rolloutchange"),
    **_saved("audit_auditentry"),
    "console_savedfilter_save": ALL,
    "console_savedfilter_share": ADMINS,
    "console_savedfilter_remove": ADMINS,
    "suggestions_rollout_changelist": OPERATORS,
    "suggestions_rollout_roll_back": OPERATORS,
    "suggestions_rolloutpolicy_changelist": ADMINS,
    **_saved("suggestions_rolloutproposal"),
    "suggestions_rolloutproposal_approve": ADMINS,
    "suggestions_rolloutproposal_reject": ADMINS,
    "suggestions_rolloutproposal_withdraw": ADMINS,
    **_saved("suggestions_rollouthold"),
    "suggestions_rollouthold_place": OPERATORS,
    "suggestions_rollouthold_lift": ADMINS,
    "suggestions_apikey_add": ADMINS,
    "suggestions_apikey_revoke": ADMINS,
    **_saved("mlmodels_modelversion"),
    "mlmodels_modelversion_promote": ADMINS,
    "mlmodels_modelversion_override_gate": ADMINS,
    "mlmodels_modelversion_challenge": ADMINS,
    "mlmodels_modelversion_end_challenge": ADMINS,
    "mlmodels_modelversion_archive": ADMINS,
    "mlmodels_modelversion_roll_back": ADMINS,
    **_saved("mlmodels_trainingrun"),
    "mlmodels_trainingrun_train": OPERATORS,
    "mlmodels_trainingrun_schedule": ADMINS,
    **_saved("mlmodels_championchange"),
    **_saved("django_celery_beat_periodictask", change=ADMINS, add=ADMINS, delete=ADMINS),
    **_saved("django_celery_beat_crontabschedule", change=ADMINS, add=ADMINS, delete=ADMINS),
    **_saved("django_celery_beat_intervalschedule", change=ADMINS, add=ADMINS, delete=ADMINS),
    **_saved("auth_user"),
    "auth_user_password_change": NOBODY,
    **_saved("auth_group"),
    **_saved("axes_accessattempt"),
}

# A POST changes nothing here either: lists (their actions stand below), histories, what asks or leads on.
ONLY_READ = {
    *("index", "password_change_done", "search"),
    *(name for name in PAGES if name.endswith(("_changelist", "_history")) and name not in WRITES),
    *("suggestions_transaction_explain", "suggestions_transaction_playground"),
    *("suggestions_suggestionevent_disagreements", "suggestions_suggestionevent_disagreements_export"),
    *("suggestions_rule_suggested", "suggestions_rule_deleted", "audit_auditentry_verify"),
    *("suggestions_rollout_change", "suggestions_rolloutpolicy_change", "suggestions_apikey_change"),
    *("mlmodels_modelversion_card", "mlmodels_modelversion_card_download", "mlmodels_modelversion_compare"),
}

# The actions of the lists, and who may take them; a list that is not here has none.
ACTIONS: dict[str, dict[str, frozenset[str]]] = {
    "suggestions.category": {"activate": ADMINS, "deactivate": ADMINS},
    "suggestions.rule": {"delete_selected": ADMINS},
    "django_celery_beat.periodictask": dict.fromkeys(
        ("enable_tasks", "disable_tasks", "delete_selected"), ADMINS
    ),
    "django_celery_beat.crontabschedule": {"delete_selected": ADMINS},
    "django_celery_beat.intervalschedule": {"delete_selected": ADMINS},
    "auth.user": {"delete_selected": NOBODY},
    "auth.group": {"delete_selected": NOBODY},
}

# What the framework itself serves to everybody, and redirects whose target judges.
OPEN = {"login", "logout", "jsi18n", "autocomplete", "view_on_site", "app_list"}

# Pages that are about no single row.
LISTS = (
    *("_changelist", "_add", "_roll_back", "_train", "_schedule", "_verify", "_place"),
    *("_disagreements", "_disagreements_export", "_suggested", "_deleted", "_playground", "_compare"),
)


def page_names() -> set[str]:
    """Return the names of all routes under /admin/."""
    return {pattern.name for pattern in _patterns(admin.site.get_urls()) if pattern.name}


def address_of(name: str, world: dict[str, str]) -> str:
    """Return the address of a page, with the ids of the rows there are."""
    route = f"admin:{name}"
    if name in world:
        return reverse(route, args=[world[name]])
    model = next((model for model in world if name.startswith(f"{model}_")), None)
    if model is None or name.endswith(LISTS):
        return reverse(route)
    return reverse(route, args=[world[model]])


def _patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
