from dataclasses import replace

import numpy as np

from mlmodels.domain.golden import golden_examples, golden_history
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.training import TrainedModel


def test_rank__learned_category_rarer_than_an_unknown_one_counts__its_text_stays(
    trained: TrainedModel,
) -> None:
    estimator = open_artifact(trained.artifact.data, trained.artifact.sha256).estimator()
    rare = replace(estimator, priors=np.full_like(estimator.priors, np.log(1e-6)))

    usual, unusual = (
        one.rank(golden_examples(), golden_history(one.labels), None).candidates.column("log_probability")
        for one in (estimator, rare)
    )

    assert usual.tolist() == unusual.tolist()
