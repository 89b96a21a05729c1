"""What machines watch: is it alive, is it ready, what has it counted. Codes only, no content."""

from __future__ import annotations

from fastapi import FastAPI, Response

from cioghub.web.hub import Hub


def install(app: FastAPI, hub: Hub) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        return Response("ok\n", media_type="text/plain")

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> Response:
        ready = hub.ready()
        return Response(
            "ready\n" if ready else "not ready\n",
            status_code=200 if ready else 503,
            media_type="text/plain",
        )

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(hub.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")
