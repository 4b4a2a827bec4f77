"""What those who sell are shown in the portal, and those to whom quotes were sent."""

from relatum import ME, PORTAL, TIMELINE, Field, Group, Path, Sublist, View
from relatum_sales.closing import accept_quote, decline_quote, order_quote, send_quote
from relatum_sales.converting import convert_lead
from relatum_sales.granting import approve_quote, reject_quote, submit_quote
from relatum_sales.leads import Lead
from relatum_sales.moving import (
    begin_opportunity,
    lose_opportunity,
    move_stage,
    reopen_opportunity,
    win_opportunity,
)
from relatum_sales.pipelines import Opportunity, Pipeline
from relatum_sales.quotes import Quote
from relatum_sales.quoting import draft_quote, revise_quote
from relatum_sales.registration.views import views as of_registrations
from relatum_sales.roles import (
    QUOTE_RECIPIENT,
    SALES_MANAGER,
    SALES_REP,
    TEAM_LEAD,
    TERRITORY_MANAGER,
)
from relatum_sales.scoring.acts import follow_model_up, put_model_in_force
from relatum_sales.scoring.models import ScoringModel
from relatum_sales.taking import assign_lead, disqualify_lead, qualify_lead, take_lead, work_lead

_SELLING = {SALES_REP, TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER}
_APPROVING = {TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER}
_MINE = Path("owner").to(ME)
_OPEN = Field("state") == "open"

_WAY = Sublist("stage", columns="node valid_from", title="Stage")
_SCORES = Sublist(
    "scores", columns="node.value node node.edition", title="Scores", empty="Nothing is scored."
)
_LINES = Sublist(
    "lines",
    columns="node quantity unit_price discount net",
    title="Lines",
    empty="Nothing is offered.",
)
_OPPORTUNITY = (
    Group("title state amount weighted probability close_on next_step"),
    Group("customer owner", title="Who"),
    Group("reason reason_note note", title="Remarks"),
    _WAY,
    Sublist(
        "products",
        columns="node quantity",
        title="What they want",
        empty="Nobody has said.",
        edits=True,
    ),
    Sublist(
        "contacts",
        columns="node part",
        title="Who has a part in it",
        empty="Nobody yet.",
        edits=True,
    ),
    Sublist("competitors", columns="node won", title="Rivals", empty="None is known.", edits=True),
    Sublist(
        "quotes",
        columns="node node.state node.total node.valid_until",
        title="Quotes",
        empty="None yet.",
    ),
    _SCORES,
    TIMELINE,
)
_COURSE = [move_stage, draft_quote, win_opportunity, lose_opportunity, reopen_opportunity]

_OPPORTUNITIES = [
    View(
        "late_opportunities",
        Opportunity,
        place=PORTAL,
        title="Past their close date",
        help="What you hoped to have won by now: move it on, or say how it ended.",
        empty="All your opportunities are in good time.",
        columns="title customer amount stage close_on next_step",
        where=_MINE & _OPEN & (Field("late") == True),  # noqa: E712  # a condition
        order="close_on",
        actions=_COURSE,
        audience={SALES_REP, TEAM_LEAD},
        waiting=True,
        detail=_OPPORTUNITY,
    ),
    View(
        "my_opportunities",
        Opportunity,
        place=PORTAL,
        title="Your opportunities",
        help="What you hope to win.",
        empty="You have no open opportunity.",
        columns="title customer amount weighted stage close_on next_step",
        where=_MINE & _OPEN,
        order="close_on",
        filters="customer amount close_on",
        actions=[begin_opportunity, *_COURSE],
        audience={SALES_REP, TEAM_LEAD},
        detail=_OPPORTUNITY,
    ),
    View(
        "opportunities",
        Opportunity,
        place=PORTAL,
        title="Opportunities",
        help="All that you answer for: your own, your team's, your territory's.",
        empty="There is none.",
        columns="title customer owner amount weighted stage state close_on",
        order="-close_on",
        filters="state owner customer amount close_on",
        actions=[begin_opportunity, *_COURSE],
        audience=_SELLING,
        detail=_OPPORTUNITY,
    ),
]

_LEADS = [
    View(
        "leads_to_work",
        Lead,
        place=PORTAL,
        title="New leads of yours",
        help="Whom nobody has answered yet.",
        empty="Everybody has heard from you.",
        columns="company given_name family_name interest came_by recorded_at",
        where=_MINE & (Field("state") == "new"),
        order="recorded_at",
        actions=[work_lead, qualify_lead, convert_lead, disqualify_lead],
        audience={SALES_REP, TEAM_LEAD},
        waiting=True,
    ),
    View(
        "leads",
        Lead,
        place=PORTAL,
        title="Leads",
        help="Who may become a customer.",
        empty="There is none.",
        columns="company given_name family_name state owner came_by recorded_at",
        order="-recorded_at",
        filters="state came_by owner",
        actions=[
            take_lead, work_lead, qualify_lead, convert_lead, disqualify_lead, assign_lead,
        ],
        audience=_SELLING,
        detail=(
            Group("company given_name family_name email phone website address language"),
            Group("interest came_by state owner unfit unfit_note converted_on", title="The lead"),
            Sublist(
                "interests",
                columns="node quantity",
                title="What they want",
                empty="Nothing yet.",
                edits=True,
            ),
            Sublist(
                "matches",
                columns="node verdict points",
                title="Whom it may be",
                empty="Nobody who is known.",
            ),
            Sublist("converted_into", columns="node", title="What became of it", empty="Nothing yet."),
            _SCORES,
            TIMELINE,
        ),
    ),
]  # fmt: skip

_QUOTE = (
    Group("number state valid_until total discount granted"),
    Group("opportunity document sent_on answered_on declined_for remark", title="Its way"),
    Group("text", title="Text"),
    _LINES,
    Sublist("recipients", columns="node", title="Sent to", empty="Nobody yet."),
    Sublist("order", columns="node node.state", title="Order", empty="None yet."),
    TIMELINE,
)
_QUOTES = [
    View(
        "quotes_to_approve",
        Quote,
        place=PORTAL,
        title="Quotes to approve",
        help="They grant more than their authors may grant.",
        empty="No quote waits for you.",
        columns="number opportunity total granted valid_until remark",
        where=Field("state") == "submitted",
        order="valid_until",
        actions=[approve_quote, reject_quote],
        audience=_APPROVING,
        waiting=True,
        detail=_QUOTE,
    ),
    View(
        "quotes",
        Quote,
        place=PORTAL,
        title="Quotes",
        help="What you have offered, and what became of it.",
        empty="Nothing is offered.",
        columns="number opportunity state total granted valid_until sent_on",
        order="-valid_until",
        filters="state valid_until sent_on",
        actions=[
            submit_quote, send_quote, revise_quote, accept_quote, decline_quote, order_quote,
        ],
        audience=_SELLING,
        detail=_QUOTE,
    ),
    View(
        "quotes_received",
        Quote,
        place=PORTAL,
        title="Our quotes for you",
        help="What we offer you, and until when.",
        empty="There is no quote for you.",
        columns="number state total valid_until document",
        order="-valid_until",
        filters="state",
        actions=[accept_quote, decline_quote],
        audience={QUOTE_RECIPIENT},
        detail=(Group("number state total valid_until sent_on document text"), _LINES),
    ),
]  # fmt: skip

_ORGANIZING = [
    View(
        "pipelines",
        Pipeline,
        place=PORTAL,
        title="Pipelines",
        columns="name stages.count",
        audience={SALES_MANAGER},
        detail=(
            Group("name"),
            Sublist(
                "stages",
                columns="node node.rank node.probability node.expects node.days",
                title="Stages",
            ),
        ),
    ),
    View(
        "scoring_models",
        ScoringModel,
        place=PORTAL,
        title="Scoring models",
        columns="name edition state scored_type rules.count",
        actions=[put_model_in_force, follow_model_up],
        audience={SALES_MANAGER},
    ),
]

views = [*_OPPORTUNITIES, *_LEADS, *_QUOTES, *_ORGANIZING, *of_registrations]
