"""What happens, as data: orders, faults, scenarios, and their files."""
