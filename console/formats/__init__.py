"""How the pages write dates; Django prefers its own American formats to the settings of the same name."""
