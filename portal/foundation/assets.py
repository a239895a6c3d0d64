"""Built files as small as they come: compressed beforehand by static/build.mjs, kept by the browser for good."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

COMPRESSED = (("br", ".br"), ("gzip", ".gz"))  # the smaller first
NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{10}\.\w+$")


def install(app: Flask) -> None:
    """Take over the app's `static` endpoint."""
    folder = Path(app.static_folder or "static")

    def static(filename: str) -> Response:
        response = None
        for encoding, ending in COMPRESSED:
            if request.accept_encodings.quality(encoding) > 0 and (folder / f"{filename}{ending}").is_file():
                kind = mimetypes.guess_type(filename)[0]
                response = send_from_directory(folder, f"{filename}{ending}", mimetype=kind, conditional=True)
                response.content_encoding = encoding
                break
        response = response or send_from_directory(folder, filename, conditional=True)
        response.vary.add("Accept-Encoding")
        if NAMED_BY_CONTENT.search(filename):
            # The name changes with the content, so what a browser once has is right for ever.
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = 31_536_000
            response.cache_control.immutable = True
        return response

    app.view_functions["static"] = static
