"""gunicorn's door."""

from registry.application import create_app

app = create_app()
