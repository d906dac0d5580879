"""The page Explore: move a fault, see what the pump believes and what the tip receives."""

from app.pages.explore.page import TABS, about, is_hidden, show

__all__ = ["TABS", "about", "is_hidden", "show"]
