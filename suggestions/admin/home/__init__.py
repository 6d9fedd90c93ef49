"""The home page: the state of the rollout, and the one thing to do next."""
