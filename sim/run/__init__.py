"""The run: a straight line from a scenario to its result."""
