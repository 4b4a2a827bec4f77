"""A browser's visit to a page of a plugin: who came, what was asked and filled in, and what is answered."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import orjson
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.explaining import Explanation, explain_access
from relatum.identity import SignedIn
from relatum.session import Context, Session
from relatum_schemas.errors import Forbidden, RelatumError
from relatum_schemas.policy import Right
from relatum_server.files.addresses import around_id
from relatum_server.identity.address import Address
from relatum_server.pages.addresses import path_of
from relatum_server.pages.page import LIVELY, rendered
from relatum_server.pages.speaking import SPOKEN, Speech
from relatum_server.pages.who import Who
from relatum_server.plugins.page_forms import FormPairs, form_of

_TOLD: Final = "relatum-told"
_SECONDS_TOLD: Final = 120
_LONGEST: Final = 2000

ToastKind = Literal["done", "problem"]


@dataclass(frozen=True)
class Toast:
    """What is told once, at the top of the next page.

    Attributes:
        text: in the language of the page.
        kind: whether something was done, or did not work.
    """

    text: str
    kind: ToastKind = "done"


@dataclass(frozen=True)
class Link:
    """A way to a page of the plugin's.

    Attributes:
        title: what it is called.
        address: of the page, as `PageVisit.url` gives it.
        current: whether one is there.
    """

    title: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class LinkGroup:
    """Ways that belong together.

    Attributes:
        links: to pages.
        title: of all of them; empty for none.
    """

    links: Sequence[Link]
    title: str = ""


Navigation = Callable[["PageVisit"], Sequence[LinkGroup]]
"""What stands beside each page of a plugin."""


@dataclass(frozen=True)
class Frame:
    """What all pages of a plugin have in common.

    Attributes:
        title: of the whole.
        templates: of the plugin, beside the house's.
        navigation: what stands beside each page.
    """

    title: str
    templates: Environment
    navigation: Navigation | None = None


@dataclass
class PageVisit:
    """A request for a page of a plugin.

    Attributes:
        request: as Starlette has it.
        ctx: the context of who came.
        signed_in: who came; none if nobody is signed in.
        address: where browsers reach the server.
        frame: what all pages of the plugin have in common.
    """

    request: Request
    ctx: Context
    signed_in: SignedIn | None
    address: Address
    frame: Frame
    _toasts: list[Toast] = field(default_factory=list)

    @property
    def speech(self) -> Speech:
        """How the page speaks."""
        return SPOKEN.get()

    @property
    def language(self) -> str:
        """The language of the page, by its tag."""
        return SPOKEN.get().language

    @property
    def query(self) -> Sequence[tuple[str, str]]:
        """What the address asks for, by name and in order."""
        return parse_qsl(self.request.url.query, keep_blank_values=True)

    @property
    def path(self) -> str:
        """The path of the page, seen from ``/x/<plugin>``."""
        return self.request.url.path.removeprefix(self._root) or "/"

    @property
    def here(self) -> str:
        """The address of the page, to come back to."""
        return path_of(self.request)

    @property
    def wants_part(self) -> bool:
        """Whether a script asks, which puts a part of the answer into the page that it stands on."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def administrator(self) -> bool:
        """Whether everything is open to who came, and it is no other that is looked as."""
        return self.ctx.principal.unrestricted and self.ctx.principal.looking is None

    @property
    def looking(self) -> bool:
        """Whether an administrator sees the page as somebody else does: nothing can be changed then."""
        return self.ctx.principal.looking is not None

    def gettext(self, text: str) -> str:
        """A text of the plugin's in the language of the page."""
        return SPOKEN.get().gettext(text)

    def wrong(self, error: RelatumError) -> str:
        """What is wrong, in the language of the page."""
        speech = SPOKEN.get()
        return f"{speech.wrong(error)} {speech.way_out(error) or ''}".strip()

    def url(self, path: str, **parameters: object) -> str:
        """The address of a page of the plugin's.

        Args:
            path: seen from ``/x/<plugin>``.
            parameters: what the address asks for; None is left out.
        """
        asked = {name: value for name, value in parameters.items() if value is not None}
        return f"{self._root}{path}{'?' + urlencode(asked) if asked else ''}"

    def file(self, record: UUID, field: str) -> str:
        """The address of the file that a field of a record names.

        Args:
            record: that names it.
            field: as declared.
        """
        before, after = around_id(field)
        return f"{before}{record}{after}"

    async def why(self, record: UUID, what: Right | str = Right.READ) -> Explanation:
        """Why who came may do something to a record, or may not: told to administrators, be it while they look.

        Args:
            record: entity or tie.
            what: one right, or the name of an action.

        Raises:
            Forbidden: who came is no administrator.
            NotFound: there is no such record.
        """
        principal, asking = self.ctx.principal, self.ctx.db
        if principal.looking is not None:
            # The administrator is told all of it; authentication has just found that it is one.
            itself = Principal(id=principal.looking, roles=frozenset({ADMINISTRATOR}))
            asking = Session(self.ctx.db.storage, itself)
        elif not principal.unrestricted:
            raise Forbidden("Only administrators are told why something is shown.")
        return await explain_access(asking, principal, record, what)

    async def form(self) -> FormPairs:
        """What was filled in, by name and in order.

        Raises:
            BadValue: it is no form.
            TooLarge: it is longer than any may be.
        """
        return await form_of(self.request)

    def tell(self, text: str, kind: ToastKind = "done") -> None:
        """Have something told once, at the top of the page that is shown next.

        Args:
            text: in the language of the page.
            kind: whether something was done, or did not work.
        """
        self._toasts.append(Toast(text[:_LONGEST], kind))

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        framed_by: Sequence[str] = (),
        **values: object,
    ) -> Response:
        """A page, made of a template that extends ``relatum/page.html``.

        Args:
            template: of the plugin, or of the house.
            status: of HTTP.
            framed_by: sites on whose pages it may stand, such as ``https://www.example.org``; none unless said.
            values: shown in it; text is escaped.
        """
        told = self._told()
        shown = {
            **self._values(),
            "navigation": self.frame.navigation(self) if self.frame.navigation else (),
            "toasts": (*told, *self._toasts),
            **values,
        }
        policy = {**LIVELY, "frame-ancestors": " ".join(framed_by)} if framed_by else LIVELY
        response = rendered(self.frame.templates, template, shown, status=status, policy=policy)
        if framed_by:
            # It knows no lists of sites, and where it forbids, the policy does not count in old browsers.
            del response.headers["x-frame-options"]
        if told:
            response.delete_cookie(_TOLD, path=self._root, httponly=True, samesite="lax")
        return response

    def part(self, template: str, **values: object) -> Response:
        """A part of a page, for scripts that put it in; what is to be told is kept for the next page.

        Args:
            template: of the plugin.
            values: shown in it; text is escaped.
        """
        shown = {**self._values(), **values}
        return rendered(self.frame.templates, template, shown, policy=LIVELY)

    def nothing_new(self) -> Response:
        """An answer to a script that asks for what is new: the page stays as it is."""
        return Response(status_code=204, headers={"cache-control": "no-store"})

    def redirect(self, path: str, **parameters: object) -> Response:
        """Send the browser to another page of the plugin's; what is to be told is told there.

        Args:
            path: seen from ``/x/<plugin>``.
            parameters: what its address asks for; None is left out.
        """
        response = RedirectResponse(
            self.url(path, **parameters), 303, {"cache-control": "no-store"}
        )
        if self._toasts:
            told = orjson.dumps([[each.kind, each.text] for each in self._toasts])
            response.set_cookie(
                _TOLD,
                urlsafe_b64encode(told).decode(),
                max_age=_SECONDS_TOLD,
                path=self._root,
                secure=self.address.secure,
                httponly=True,
                samesite="lax",
            )
        return response

    @property
    def who(self) -> Who:
        """Who came, as each page shows it."""
        known = self.signed_in if self.signed_in and self.signed_in.session else None
        here = self.here if self.request.method == "GET" else self.url("/")
        return Who(signed_in=known, here=here)

    @property
    def _root(self) -> str:
        return f"/x/{self.ctx.plugin}"

    def _values(self) -> Mapping[str, object]:
        return {
            "visit": self,
            "who": self.who,
            "url": self.url,
            "brand": self.gettext(self.frame.title),
            "home": self.url("/"),
        }

    def _told(self) -> Sequence[Toast]:
        """What was left to be told by the request before."""
        try:
            told = orjson.loads(urlsafe_b64decode(self.request.cookies.get(_TOLD, "")))
            return [
                Toast(str(text)[:_LONGEST], "problem" if kind == "problem" else "done")
                for kind, text in told
            ]
        except (ValueError, TypeError):
            return ()
