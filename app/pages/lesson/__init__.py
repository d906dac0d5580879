"""The page Lessons: predict, run, see, why, questions."""

from app.pages.lesson.page import show

__all__ = ["show"]
