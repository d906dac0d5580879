"""The page Trial: three arms, their diaries, a judgement, and then what really happened."""

from app.pages.trial.page import show

__all__ = ["show"]
