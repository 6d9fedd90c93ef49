"""The rollout page, and what is decided on it and about it."""
