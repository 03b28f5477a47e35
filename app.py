"""gunicorn's door."""

from registry.application import create_app, warm

app = create_app()
warm(app)
