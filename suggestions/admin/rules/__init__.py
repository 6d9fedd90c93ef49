"""Rules: edited, tried, suggested, and had again."""
