"""The page Refill visit: one step at a time, then what really happened."""

from app.pages.visit.page import show

__all__ = ["show"]
