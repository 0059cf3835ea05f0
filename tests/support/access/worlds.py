"""随机世界 Random policies and worlds over a dense vocabulary, so that rows collide, deny and inherit. RULES §4"""

from dataclasses import dataclass
from random import Random

from api.access.policy import FOLDER, Policy
from api.access.reading.finding import Source
from api.access.reading.model import Model, read_model
from api.access.reading.row import Link, Rule
from api.access.reading.rules import Layer, read_layers
from api.access.request import ObjectFacts, Request
from api.access.role import role_named
from api.rules.words.vocabulary import Department, Kind

MODEL: Model = read_model(FOLDER / "model.conf")
LOCKS, _ = read_layers([Layer(FOLDER / "locks.csv", locked=True)])

HOMES = {
    "national:rural_revitalization:reviewer": ("0",),
    "national:rural_revitalization:operator": ("0",),
    "national:health:handler": ("0",),
    "province:rural_revitalization:reviewer": ("50", "66"),
    "county:rural_revitalization:handler": ("500110", "50W"),
    "county:health:handler": ("500110",),
    "county:rural_revitalization:policy_editor": ("500110",),
    "township:leading_group:handler": ("500110001",),
    "village:rural_revitalization:reviewer": ("500110001001",),
}
# 50W and the corps' 659001 lie where no prefix would put them.
PATHS = (
    ("0",),
    ("0", "50"),
    ("0", "50", "500110"),
    ("0", "50", "500110", "500110001"),
    ("0", "50", "500110", "500110001", "500110001001"),
    ("0", "50", "50W", "500110101"),
    ("0", "66", "659001"),
    ("0", "52", "5203", "520302"),
)
GROUPS = ("official", "county", "health", "handler", "county:rural_revitalization", "sector", "casework", "oversight")
ACTIONS = ("read", "view.health", "withdraw.propose", "withdraw.review", "withdraw.execute", "appoint.propose")
KINDS = ("case", "unit", "request", "official")
STATES = ("IDENTIFIED", "EXITED", "WITHDRAWN")
REACHES = ("own", "subtree", "cooperating", "sector", "all")
UNITS = ("0", "50", "500110", "50W", "66", "500110001001")


@dataclass(frozen=True)
class Focus:
    """The few words one world uses."""

    roles: tuple[str, ...] = tuple(HOMES)
    groups: tuple[str, ...] = GROUPS
    actions: tuple[str, ...] = ACTIONS
    kinds: tuple[str, ...] = KINDS

    @classmethod
    def of(cls, chance: Random) -> "Focus":
        """A random choice of them."""
        roles, groups = chance.sample(tuple(HOMES), 4), chance.sample(GROUPS, 4)
        return cls(tuple(roles), tuple(groups), tuple(chance.sample(ACTIONS, 2)), tuple(chance.sample(KINDS, 2)))


@dataclass(frozen=True)
class World:
    """One random policy with the requests put to it."""

    policy: Policy
    requests: tuple[Request, ...]


def some(chance: Random, words: tuple[str, ...], most: int) -> str:
    return "|".join(chance.sample(words, chance.randint(1, most)))


def random_rule(chance: Random, number: int = 0, focus: Focus | None = None) -> Rule:
    """Any row at all, such as no reader would let through: `*` for actions and kinds, locked actions, every state."""
    focus = focus or Focus()
    return Rule(
        role="*" if chance.random() < 0.15 else chance.choice((*focus.roles, *focus.groups)),
        action="*" if chance.random() < 0.1 else some(chance, focus.actions, 2),
        kind="*" if chance.random() < 0.2 else some(chance, focus.kinds, 2),
        reach=some(chance, REACHES, 2),
        state="*" if chance.random() < 0.5 else some(chance, STATES, 2),
        unit="*" if chance.random() < 0.5 else chance.choice(UNITS),
        eft="deny" if chance.random() < 0.25 else "allow",
        basis="ours",
        source=Source("random", number),
    )


def random_links(chance: Random, focus: Focus | None = None) -> list[Link]:
    """Links that form no circle: each member stands before its group."""
    focus = focus or Focus()
    names = (*focus.roles, *focus.groups)
    links = []
    for _ in range(chance.randint(0, 5)):
        group = chance.randrange(len(focus.roles), len(names))
        links.append(Link(names[chance.randrange(group)], names[group], Source("random")))
    return list(dict.fromkeys(links))


def random_policy(chance: Random, focus: Focus | None = None) -> Policy:
    rules = [random_rule(chance, number, focus) for number in range(chance.randint(4, 24))]
    return Policy(MODEL, [*LOCKS, *rules] if chance.random() < 0.5 else rules, random_links(chance, focus))


def random_request(chance: Random, focus: Focus | None = None) -> Request:
    focus = focus or Focus()
    role = chance.choice(focus.roles)
    home = chance.choice(HOMES[role])
    near = [path for path in PATHS if home in path]
    facts = ObjectFacts(
        place=chance.choice(near if near and chance.random() < 0.5 else PATHS),
        cooperating=chance.choice(((), *near, *PATHS[1:])),
        sectors=frozenset(chance.sample((Department.HEALTH, Department.FINANCE), chance.randint(0, 2))),
        state=chance.choice((None, *STATES)),
        grant=chance.choice(("none", "proposed", "reviewed", "decided")),
    )
    kind = Kind[chance.choice(focus.kinds).upper()]
    return Request.of(role_named(role), home, chance.choice(focus.actions), kind, facts)


def random_world(seed: int, requests: int) -> World:
    """The world of a seed: the same in every process."""
    chance = Random(seed)
    focus = Focus.of(chance)
    policy = random_policy(chance, focus)
    return World(policy, tuple(random_request(chance, focus) for _ in range(requests)))
