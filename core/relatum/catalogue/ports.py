"""Resolves ports: which plugin, or the engine, publishes which, and what fills it. Clashes are told by both names."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import get_protocol_members, is_protocol

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.model import Catalogue
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.resolved import FillingRule, PortRule
from relatum.catalogue.wording import ENGINE
from relatum_schemas.channel import CHANNEL
from relatum_schemas.errors import DeclarationError
from relatum_schemas.port import Filling, Port


def with_ports(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    """The catalogue with ports and what fills them."""
    own = PortRule(plugin=ENGINE, port=CHANNEL)
    ports = {own.name: own}
    for given in contributions:
        plugin = given.plugin.name
        for port in given.ports:
            with problems.noting(plugin, f"Port({port.name!r})"):
                rule = PortRule(plugin=plugin, port=port)
                _judge_port(rule, ports)
                ports[rule.name] = rule
    for given in contributions:
        for filling in given.fillings:
            with problems.noting(given.plugin.name, f"Filling({_spelt(filling, ports)!r})"):
                _fill(ports, given.plugin.name, filling)
    return replace(catalogue, ports=ports)


def _judge_port(rule: PortRule, ports: Mapping[str, PortRule]) -> None:
    if not re.fullmatch(r"[a-z](_?[a-z0-9]+)*", rule.port.name):
        raise DeclarationError("It is no name for a port.", hint="Use lower case and underscores.")
    if rule.name in ports:
        raise DeclarationError("The plugin has two ports of this name.")
    if not is_protocol(rule.port.interface):
        raise DeclarationError(
            "Its interface is no Protocol.", hint="Write class Carrier(Protocol)."
        )


def _fill(ports: dict[str, PortRule], plugin: str, filling: Filling[object]) -> None:
    name = _spelt(filling, ports)
    rule = ports.get(name)
    if rule is None:
        if isinstance(filling.port, Port):
            raise DeclarationError(
                "No loaded plugin publishes this port.",
                hint="Name its plugin in requires, or fill it by its full name.",
            )
        return
    if filling.version != rule.port.version:
        raise DeclarationError(
            f"It is written for version {filling.version}; {rule.plugin!r} publishes version "
            f"{rule.port.version}."
        )
    if rule.fillings and not rule.port.several:
        other = rule.fillings[0].plugin
        raise DeclarationError(
            f"The plugin {other!r} fills this port, too, and one only may.", hint="Leave one out."
        )
    _judge_made(rule.port, filling)
    ports[name] = replace(
        rule, fillings=(*rule.fillings, FillingRule(plugin=plugin, make=filling.make))
    )


def _spelt(filling: Filling[object], ports: Mapping[str, PortRule]) -> str:
    port = filling.port
    if isinstance(port, str):
        return port
    return next((name for name, each in ports.items() if each.port is port), port.name)


def _judge_made(port: Port[object], filling: Filling[object]) -> None:
    """Refuse a class that lacks what the interface asks for; what a function makes is known only when it is made."""
    if not isinstance(filling.make, type):
        return
    for member in sorted(get_protocol_members(port.interface)):
        wanted, given = getattr(port.interface, member, None), getattr(filling.make, member, None)
        if not callable(wanted):
            continue
        if not callable(given):
            raise DeclarationError(
                f"{filling.make.__name__} has no method {member!r}, which the port asks for."
            )
        lacking = set(inspect.signature(wanted).parameters) - set(
            inspect.signature(given).parameters
        )
        if lacking:
            raise DeclarationError(
                f"{filling.make.__name__}.{member} does not take {min(lacking)!r}, which the port gives it."
            )
