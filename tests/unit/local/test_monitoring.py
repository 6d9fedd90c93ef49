from pathlib import Path

import yaml

from lmsuggest.local.monitoring import SOURCE, adapt_configuration


def test_adapt_configuration__that_of_the_project__names_this_machine_only(tmp_path: Path) -> None:
    configuration = yaml.safe_load(SOURCE.read_text())

    adapted = adapt_configuration(
        configuration, targets={"web:8000": "127.0.0.1:8123"}, token_file=tmp_path / "token"
    )

    (job,) = adapted["scrape_configs"]
    assert job["static_configs"][0]["targets"] == ["127.0.0.1:8123"]
    assert job["authorization"]["credentials_file"] == str(tmp_path / "token")
    assert adapted["rule_files"] == [str(SOURCE.parent / "rules" / "*.yml")]
    assert configuration == yaml.safe_load(SOURCE.read_text()), "the source stays as it was"
