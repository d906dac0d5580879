"""What is asked of many runs, or of what no single run shows."""
