"""A page of HTML with the headers that go with it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateNotFound,
)
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from relatum_server.pages.assets import OWN_ASSETS
from relatum_server.pages.brand import BRAND
from relatum_server.pages.speaking import SPOKEN

_EVERYWHERE: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "vary": "Cookie, Accept-Language",
}
_FORBIDDEN: Final = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PLAIN: Final = {"style-src": "'self'", "img-src": "'self'"}
"""The policy of pages without scripts."""

LIVELY: Final = {**PLAIN, "script-src": "'self'", "connect-src": "'self'"}
"""The policy of pages with scripts of this server, and none that stand in the page."""

OURS: Final = "relatum"
"""Under this prefix templates of plugins find the house's: ``{% extends "relatum/base.html" %}``."""


class _Ours(BaseLoader):
    """The house's templates under their prefix; `PrefixLoader` would hide it from those that they name."""

    def __init__(self) -> None:
        self._loader = PackageLoader(__package__)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of a template."""
        if not template.startswith(f"{OURS}/"):
            raise TemplateNotFound(template)
        return self._loader.get_source(environment, template.removeprefix(f"{OURS}/"))


class _Templates(Environment):
    """Templates of which each finds those beside it by their plain names."""

    def join_path(self, template: str, parent: str) -> str:
        """The name of a template that another one names."""
        beside = parent.startswith(f"{OURS}/") and not template.startswith(f"{OURS}/")
        return f"{OURS}/{template}" if beside else template


def templates(package: str | None = None) -> Environment:
    """The templates of a package in its folder ``templates``, beside the house's.

    Args:
        package: whose; None for the house's own, which then stand without prefix.
    """
    loader: BaseLoader = PackageLoader(__package__)
    if package is not None:
        loader = ChoiceLoader([_Ours(), PackageLoader(package)])
    made = _Templates(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: SPOKEN.get().gettext(text),
        lambda one, several, number: SPOKEN.get().ngettext(one, several, number),
        newstyle=True,
    )
    made.filters |= _FILTERS
    made.globals |= {"asset": OWN_ASSETS.address, "speech": _Spoken(), "house": _House()}
    return made


def rendered(
    environment: Environment,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    policy: Mapping[str, str] = PLAIN,
) -> HTMLResponse:
    """A page that nobody keeps and nobody frames, in the language that is spoken.

    Args:
        environment: with the templates.
        template: one of them.
        values: shown in it; text is escaped.
        status: of HTTP.
        policy: the content security policy; what it does not name is forbidden.
    """
    line = "; ".join(f"{name} {value}" for name, value in {**_FORBIDDEN, **policy}.items())
    text = environment.get_template(template).render(values)
    language = {"content-language": SPOKEN.get().language}
    headers = {**_EVERYWHERE, **language, "content-security-policy": line}
    return HTMLResponse(text, status, headers)


def page(
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    policy: Mapping[str, str] = PLAIN,
) -> HTMLResponse:
    """A page of the server's own.

    Args:
        template: a file in ``templates``.
        values: shown in it; text is escaped.
        status: of HTTP.
        policy: the content security policy; what it does not name is forbidden.
    """
    return rendered(_OWN, template, values, status=status, policy=policy)


class _Spoken:
    """What templates call `speech`: the one that is spoken while they are rendered."""

    def __getattr__(self, name: str) -> Any:
        return getattr(SPOKEN.get(), name)


class _House:
    """What templates call `house`: the installation whose page they are."""

    def __getattr__(self, name: str) -> Any:
        return getattr(BRAND.get(), name)


def _time(value: date | None, said: Callable[[Any], str]) -> Markup:
    """A time as people read it, that programs read too."""
    if value is None:
        return Markup("")
    exact = value.isoformat()
    title = ""
    if isinstance(value, datetime):
        title = f' title="{escape(SPOKEN.get().exact(value))}"'
    return Markup(f'<time datetime="{exact}"{title}>{escape(said(value))}</time>')  # noqa: S704  # escaped


_FILTERS: Final[dict[str, Callable[..., object]]] = {
    "day": lambda value: _time(value, SPOKEN.get().day),
    "moment": lambda value: _time(value, SPOKEN.get().moment),
    "ago": lambda value: _time(value, SPOKEN.get().ago),
    "number": lambda value: SPOKEN.get().number(value),
    "money": lambda value: SPOKEN.get().money(value.amount, value.currency),
    "octets": lambda value: SPOKEN.get().size(value),
}
_OWN: Final = templates()
