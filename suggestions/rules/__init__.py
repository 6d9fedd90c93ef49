"""Rules as the service keeps them: compiled, tried, suggested, logged and restored."""
