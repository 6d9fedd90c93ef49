"""Where rules and model disagree: found, corrected, turned into rules."""
