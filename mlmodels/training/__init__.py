"""The runs that train: asked for, led, done, logged."""
