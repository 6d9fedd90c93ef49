"""When the canary may be widened, and when it has to be narrowed."""
