"""How gunicorn serves: threads in few processes, one set of metrics, no litter."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

wsgi_app = "lmsuggest.wsgi:application"
bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 30
graceful_timeout = 10
# Never preloaded: a fork after OpenMP was touched hangs for ever.
preload_app = False
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None

# Set before anything imports prometheus_client, which decides on import; hence the imports by name below,
# which also keep Django out of the master.
_state = Path(os.environ.get("LMSUGGEST_HOME") or ".local").absolute()
_metrics = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_state / "metrics")))
os.environ.setdefault("OMP_NUM_THREADS", "1")


def on_starting(server: Any) -> None:
    """Drop the counts of processes that are gone; those of a new start begin at 0."""
    _metrics.mkdir(parents=True, exist_ok=True)
    for file in _metrics.glob("*.db"):
        file.unlink()


def post_worker_init(worker: Any) -> None:
    """Load the model in the process that serves, before its first request."""
    import_module("mlmodels.services").warm_up()


def child_exit(server: Any, worker: Any) -> None:
    """Drop the gauges of a process that ended."""
    import_module("prometheus_client.multiprocess").mark_process_dead(worker.pid)
