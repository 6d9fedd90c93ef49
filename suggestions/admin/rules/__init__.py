"""Rules: edited, tried, suggested and restored."""
