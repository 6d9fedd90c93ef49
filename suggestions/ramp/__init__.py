"""What is decided about the canary: by people through gates, and by guardrails."""
