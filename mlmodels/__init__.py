"""The machinery of models: features, estimator, registry, training, runtime. Knows no rules and no HTTP."""
