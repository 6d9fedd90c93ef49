"""Run Prometheus beside the application, with the configuration that docker-compose.yml uses."""

import http.client
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lmsuggest.local.installation import ROOT, write_private
from lmsuggest.local.processes import Program
from lmsuggest.local.servers import LOOPBACK, ServerMissing

SOURCE = ROOT / "prometheus" / "prometheus.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """A Prometheus server on the loopback address with a data folder of its own."""

    binary: Path
    data: Path
    port: int

    def program(self) -> Program:
        """Return the server process."""
        options = {
            "config.file": self.data / "prometheus.yml",
            "storage.tsdb.path": self.data / "series",
            "web.listen-address": f"{LOOPBACK}:{self.port}",
        }
        return Program(
            name="prometheus",
            command=(str(self.binary), *(f"--{name}={value}" for name, value in options.items())),
            directory=self.data,
            quiet=True,
        )

    def is_ready(self) -> bool:
        """Tell whether it answers queries."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=2)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def prepare_prometheus(data: Path, *, port: int, web: str, token: str) -> Prometheus:
    """Find Prometheus and write its configuration for a web server at the address `web`.

    Raises:
        ServerMissing: it is not installed.
    """
    binary = shutil.which("prometheus")
    if binary is None:
        raise ServerMissing("Prometheus is not installed; on Debian: apt-get install prometheus")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    token_file = data / "metrics_token"
    write_private(token_file, token)
    configuration = yaml.safe_load(SOURCE.read_text())
    adapted = adapt_configuration(configuration, targets={"web:8000": web}, token_file=token_file)
    write_private(data / "prometheus.yml", yaml.safe_dump(adapted, sort_keys=False))
    return Prometheus(binary=Path(binary), data=data, port=port)


def adapt_configuration(
    configuration: dict[str, Any], *, targets: dict[str, str], token_file: Path
) -> dict[str, Any]:
    """Return a configuration made for containers with the addresses and paths of this machine."""
    jobs = []
    for job in configuration["scrape_configs"]:
        adapted = job | {"static_configs": [_adapted(group, targets) for group in job["static_configs"]]}
        if "authorization" in job:
            adapted["authorization"] = job["authorization"] | {"credentials_file": str(token_file)}
        jobs.append(adapted)
    rules = [str(SOURCE.parent / pattern) for pattern in configuration.get("rule_files", [])]
    return configuration | {"scrape_configs": jobs, "rule_files": rules}


def _adapted(group: dict[str, Any], targets: dict[str, str]) -> dict[str, Any]:
    return group | {"targets": [targets.get(target, target) for target in group["targets"]]}
