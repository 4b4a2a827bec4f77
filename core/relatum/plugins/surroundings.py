"""What the code of plugins finds around it in a process, beside the database: settings, and who looks after its health."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from relatum.plugins.health import PluginHealth


@dataclass(frozen=True)
class Surroundings:
    """What there is around the plugins of a process.

    Attributes:
        settings: of plugins that declare a model of them, by the plugin's name.
        health: how they fare.
    """

    settings: Mapping[str, BaseModel] = field(default_factory=dict)
    health: PluginHealth = field(default_factory=PluginHealth, compare=False)
