"""The pages to read and try the API: Swagger UI from its package, under a strict content security policy."""

from importlib.resources import as_file, files
from pathlib import Path

from flask import Flask, Response, render_template, send_from_directory

from registry.http.problems import problem_types

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_OFFERED = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


def mount_pages(app: Flask) -> None:
    """Add the pages under /docs and the files that they load."""
    here = Path(__file__).parent
    app.template_folder = str(here / "templates")
    with as_file(files("flask_swagger_ui") / "dist") as folder:
        swagger = Path(folder)

    def page(template: str, **shown: object) -> Response:
        response = Response(render_template(template, **shown), mimetype="text/html")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "max-age=0, must-revalidate"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    @app.get("/docs")
    def docs() -> Response:
        return page("docs.html")

    @app.get("/docs/problems")
    def problems() -> Response:
        return page("problems.html", problems=problem_types())

    @app.get("/docs/files/<name>")
    def docs_file(name: str) -> Response:
        folder = swagger if name in _OFFERED else here / "static"
        response = send_from_directory(folder, name, max_age=3600)
        response.headers["Content-Security-Policy"] = POLICY
        return response
