"""Runs that a page asks for: kept, beside each other, of many people, with another number."""
