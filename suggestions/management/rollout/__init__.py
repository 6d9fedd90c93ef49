"""The actions of `manage.py rollout`, one module for each concern."""
