"""The versions of the model: registered, promoted, put aside, compared."""
