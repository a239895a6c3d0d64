"""One request's database session, and how a page or a part of one is answered."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, abort, current_app, g, make_response, render_template, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

from portal.foundation.database import PortalSession


def db() -> PortalSession:
    """This request's session. Nothing is asked of the database until its first use."""
    if "db" not in g:
        g.db = PortalSession(current_app.extensions["engine"])
    session: PortalSession = g.db
    return session


def wants_part() -> bool:
    """Did htmx ask for a part? Not for boosted links or a walk back through history, which want the whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers


def page(template: str, status: int = 200, swapped: str | None = None, **values: Any) -> Response:
    """The page, or for htmx the part (`swapped`) that the page itself includes. The request never chooses which."""
    response = make_response(
        render_template(swapped if swapped and wants_part() else template, page_status=status, **values), status
    )
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _without_nul(fields: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, value.replace("\0", "")) for name, value in fields.items(multi=True)])


class Asked(Request):
    """A request whose fields carry no NUL, which PostgreSQL stores in no text: nobody types one, and what somebody
    wrote beside it must not be lost with it."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        if "form" not in vars(self):
            super()._load_form_data()
            # what a provider signed is checked as it came; its webhook takes NUL out afterwards
            if not self.path.startswith("/sms/"):
                vars(self)["form"] = _without_nul(vars(self)["form"])


def no_nul(app: Flask) -> None:
    """Take NUL out of what is sent. In an address there is nothing to take it out of: no page has such a one."""
    app.request_class = Asked

    @app.before_request
    def check() -> None:
        if "\0" in request.path:
            abort(404)


def one_commit(app: Flask) -> None:
    """One commit at the end of each request that did not fail; otherwise nothing happened."""

    @app.after_request
    def commit(response: Response) -> Response:
        if "db" in g:
            if response.status_code < 500:
                g.db.commit()
            else:
                g.db.rollback()
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        if "db" in g:
            g.pop("db").close()
