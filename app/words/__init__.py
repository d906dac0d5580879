"""Texts by language, names of the model, units, and numbers in words."""
