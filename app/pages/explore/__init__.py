"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from app.pages.explore.page import show

__all__ = ["show"]
