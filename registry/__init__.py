"""The partnership registry: international cooperation in AI and education, and how we know of it."""

__version__ = "1.0.0"
