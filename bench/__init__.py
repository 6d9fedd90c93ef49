"""What the service is measured with; nothing of the service uses it."""
