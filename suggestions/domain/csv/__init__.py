"""A statement as a CSV file: found out about, read, and each line checked."""
