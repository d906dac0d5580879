"""The page Model and sources: equations, numbers, published figures, tests, limits, and what leaflets name."""

from app.pages.model.page import show

__all__ = ["show"]
