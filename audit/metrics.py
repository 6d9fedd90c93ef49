"""What is counted of the log itself."""

from prometheus_client import Counter

WRITE_FAILURES = Counter(
    "lm_audit_write_failures_total", "Ways back that were taken although the audit log could not be written."
)
