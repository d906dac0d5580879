"""The session: every key of the framework's session state, and nothing else holds one."""

from app.session import history, lesson, scenario, settings

__all__ = ["history", "lesson", "scenario", "settings"]
