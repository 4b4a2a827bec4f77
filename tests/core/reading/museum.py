"""A museum to read from: exhibits of all kinds, the halls they stand in, what they are related to."""

from relatum.catalogue import build_catalogue
from tests.core.catalogue.declaring import declare

MUSEUM = declare(
    """
class Named(Trait, plural="named"):
    name: Annotated[str, Label, Searchable]

class Hall(Named, Entity, plural="halls"):
    floor: int | None = None

class Exhibit(Named, Entity, plural="exhibits"):
    code: Annotated[str | None, Unique] = None
    found: date | None = None
    scanned: datetime | None = None
    weight: Annotated[Decimal | None, Scale(3)] = None
    worth: Money | None = None
    tags: list[Literal["gold", "clay", "wood"]] | None = None
    shown: bool | None = None
    visit: timedelta | None = None
    notes: Json | None = None
    home: PostalAddress | None = None
    pieces: Annotated[int | None, Big] = None
    mass = Computed("weight * pieces")

class Keeper(Named, Entity, plural="keepers"):
    nickname: Annotated[str | None, Indexed] = None

class StandsIn(Relationship[Exhibit, Hall], valid="day"):
    ends = Ends("hall", "exhibits", limit=Limit(target=1))
    label_text: str | None = None

class Keeps(Relationship[Keeper, Exhibit], overlap="allow"):
    ends = Ends("kept", "keepers")

class Resembles(Relationship[Exhibit, Exhibit], symmetric=True):
    ends = Ends("similar", "similar")

class Mentions(Relationship[Exhibit, Named], overlap="allow"):
    ends = Ends("mentions", "mentioned_by")

policies = [
    Policy("keeper", Exhibit, READ, through="keepers"),
    Policy("keeper", [Keeps, StandsIn], READ, through=BOTH_ENDS),
    Policy("keeper", Hall, READ, fields=ALL - {"floor"}),
    Policy("visitor", Exhibit, READ, where=Field("shown") == True, fields=only("name", "found")),
    Policy("visitor", [Hall, StandsIn], READ),
    Policy("appraiser", Exhibit, AGGREGATE),
    Policy("appraiser", Exhibit, READ, where=Field("worth").is_set()),
]
""",
    name="museum",
)
CATALOGUE = build_catalogue([MUSEUM], zone="Europe/Berlin")
Exhibit, Hall, Keeper = MUSEUM.Exhibit, MUSEUM.Hall, MUSEUM.Keeper
StandsIn, Keeps, Resembles, Mentions = (
    MUSEUM.StandsIn,
    MUSEUM.Keeps,
    MUSEUM.Resembles,
    MUSEUM.Mentions,
)
