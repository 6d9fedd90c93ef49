"""The log of what was decided: append only, chained by hash; knows nothing of what is decided."""
