"""Events counted by hour and day, and read as evidence."""
