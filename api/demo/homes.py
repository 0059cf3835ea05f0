"""农户与成员 Rows of households, members and surveys. Q12, Q14–Q16"""

from dataclasses import dataclass, field
from typing import NamedTuple

from api.demo.chance import Stream, between, pick, stream
from api.demo.copying import NULL, bytea, line
from api.demo.courses import OLDEST
from api.demo.families import Person, surname_place
from api.demo.persons import bank_account, birth_day, identity_number, phone
from api.demo.surveying import Surveyed, expenses
from api.demo.traits import Aid, Condition, Traits
from api.demo.world import FIRST_DAY, Village, World

VARIANTS = 300
BANKS = ("农村商业银行", "邮政储蓄银行", "农业银行")
RESIDENCE_REASON = "长期在常住地居住生活，户籍地确难以核实和帮扶"
NO_NUMBER = "新生儿尚未办理"
MINORITIES = ("TUJIA", "MIAO", "YI", "HUI", "ZHUANG", "MONGOL", "ZANG")
SUFFIXES = ("社区居民委员会", "居民委员会", "村民委员会", "委员会")
NOT_SEALED = "\t".join((NULL,) * 3)
AIDED, AIDED_MONITORED = 0.04, 0.3
NEVER_LEFT = "\t".join((NULL,) * 4)
NOWHERE = "\t".join((NULL,) * 5)


class Standing(NamedTuple):
    """What the newest case says of its household: state, category, mark."""

    state: str | None = None
    category: str | None = None
    safety_net: bool = False


@dataclass(slots=True)
class Home:
    """A household being made."""

    row: int
    village: Village
    persons: list[Person]
    first_member: int
    lifted: bool
    monitored: bool
    aid: Aid = Aid.NONE
    places: str = ""
    cooperating: str | None = None
    conditions: dict[int, Condition] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    traits: list[Traits] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """How many members are counted: those who have not left."""
        return len(self.traits)

    @property
    def kind(self) -> str:
        """Lifted or general."""
        return "LIFTED" if self.lifted else "GENERAL"


class HomeRows:
    """Makes the lines of households, members and surveys."""

    def __init__(self, world: World, draw: Stream, lines: dict[str, list[str]]) -> None:
        self.world, self.draw, self.lines = world, draw, lines
        self.seal = world.sealer.seal
        own = stream(world.seed, "dwellings")
        self.sound = [_dwelling(own, ()) for _ in range(VARIANTS)]

    def members(self, home: Home) -> None:
        """Write the members and note places, names, and the traits of those who have not left."""
        draw, world = self.draw, self.world
        home.places, home.cooperating = self._places(home.village)
        if Condition.DEPENDENT in home.conditions.values():
            home.aid = pick(draw, (Aid.TOP_ALLOWANCE, Aid.SUPPORT))
        elif draw.random() < (AIDED_MONITORED if home.monitored else AIDED):
            home.aid = Aid.ALLOWANCE
        ethnicity = "HAN" if draw.random() < 0.93 else pick(draw, MINORITIES)
        common = f"{ethnicity}\t{home.aid.value}\t{'t' if home.cooperating else 'f'}"
        left = len(home.persons) - 1 if not home.monitored and draw.random() < 0.02 and len(home.persons) > 2 else None
        for place, person in enumerate(home.persons):
            home.names.append(self._name(home, place))
            age = world.this_year - person.year
            condition = home.conditions.get(place, Condition.ORDINARY)
            traits = world.traits.any(draw, age, person.male, condition)
            if place != left:
                home.traits.append(traits)
            gone = self._gone(age) if place == left else self._joined(home, place, age)
            self.lines["member"].append(self._member(home, place, age, f"{common}\t{gone}\t{traits.text}"))

    def _name(self, home: Home, place: int) -> str:
        world, person = self.world, home.persons[place]
        like = surname_place(home.persons, person)
        surname = pick(self.draw, world.surnames) if like is None else home.names[like][0]
        return surname + pick(self.draw, world.men if person.male else world.women)

    def _born(self, row: int, year: int) -> str:
        # the day within the year is the row's: that is what keeps identity numbers apart
        return self.world.texts[self.world.first_of(year) + birth_day(row) - FIRST_DAY]

    def _member(self, home: Home, place: int, age: int, rest: str) -> str:
        row, person, world = home.first_member + place, home.persons[place], self.world
        born = self._born(row, person.year)
        if age <= 1 and self.draw.random() < 0.2:
            identity = f"{NULL}\t{NOT_SEALED}\t{NO_NUMBER}"
        else:
            number = identity_number(world.province, row, born.replace("-", ""), person.male)
            identity = f"IDENTITY_CARD\t{self._sealed('member', 'id_number', row, number)}\t{NULL}"
        called = home.monitored and place == 0
        telephone = self._sealed("member", "phone", row, phone(home.row)) if called else NOT_SEALED
        sex = "MALE" if person.male else "FEMALE"
        return (
            f"{row}\t{home.row}\tD{world.province}{row:012}\t{home.names[place]}\t{person.relation}\t{sex}\t{born}"
            f"\t{identity}\t{telephone}\t{rest}"
        )

    def _sealed(self, table: str, column: str, row: int, value: str) -> str:
        found = self.seal(table, column, row, value)
        return f"{bytea(found.sealed)}\t{bytea(found.index)}\t{found.masked}"

    def _gone(self, age: int) -> str:
        reason = "DEATH" if age > 55 else pick(self.draw, ("MARRIAGE", "MOVED_OUT", "MOVED_OUT", "ENLISTED"))
        on = self.world.day(self.world.on - between(self.draw, 10, 700))
        return f"{NULL}\t{NULL}\t{on}\t{reason}"

    def _joined(self, home: Home, place: int, age: int) -> str:
        if age > 2 or home.persons[place].relation == "HEAD":
            return NEVER_LEFT
        born = self._born(home.first_member + place, home.persons[place].year)
        return f"{born}\tBIRTH\t{NULL}\t{NULL}"

    def household(self, home: Home, standing: Standing, changed: int, troubles: set[str]) -> None:
        """Write the household, last changed on day `changed`."""
        draw, world, row, village = self.draw, self.world, home.row, home.village
        number = f"D{world.province}{row:012}" if draw.random() < 0.95 else NULL
        base = f"{row}\t{number}\t{home.kind}\t{home.names[0]}\t{home.counted}\t{village.unit}\t{home.places}"
        state = line(standing.state, standing.category, standing.safety_net, bool(home.cooperating))
        telephone = self._sealed("household", "phone", row, phone(row))
        bank, account = NULL, NOT_SEALED
        if home.monitored:
            bank, account = pick(draw, BANKS), self._sealed("household", "bank_account", row, bank_account(row))
        registered = world.day(world.new_year - between(draw, OLDEST + 120, OLDEST + 800))
        moment = f"{world.day(changed)} {between(draw, 8, 18):02}:{between(draw, 0, 59):02}:00+08"
        dwelling = pick(draw, self.sound) if not troubles else _dwelling(draw, troubles)
        self.lines["household"].append(
            f"{base}\t{state}\t{_address(village, draw)}\t{telephone}\t{bank}\t{account}\t{village.place}"
            f"\t{home.cooperating or NOWHERE}\t{registered}\t1\t{moment}\t{dwelling}"
        )

    def _places(self, village: Village) -> tuple[str, str | None]:
        """Hukou, residence, move-in, move-out, jurisdiction and its reason; the cooperating unit's tiers. Q16"""
        chance = self.draw.random()
        unit = village.unit
        if chance >= 0.035:
            return f"{unit}\t{unit}\t{NULL}\t{NULL}\tHUKOU\t{NULL}", None
        other = pick(self.draw, self.world.plan.villages)
        if other.unit == unit:
            return f"{unit}\t{unit}\t{NULL}\t{NULL}\tHUKOU\t{NULL}", None
        if chance < 0.028:
            hukou = unit if chance < 0.014 else other.unit
            return f"{hukou}\t{unit}\t{unit}\t{other.unit}\tMOVE_IN\t{NULL}", other.place
        return f"{other.unit}\t{unit}\t{NULL}\t{NULL}\tRESIDENCE\t{RESIDENCE_REASON}", None

    def surveys(self, home: Home, surveyed: list[Surveyed]) -> None:
        """Write the surveys, which are in order of their days; each year's revisions count from 1."""
        draw, world, year, revision = self.draw, self.world, "", 0
        student, works = any(each.student for each in home.traits), any(each.works for each in home.traits)
        for each in surveyed:
            day = world.day(each.on)
            revision = revision + 1 if day[:4] == year else 1
            year = day[:4]
            amounts = world.incomes.amounts(draw, each.limit, home.counted, each.level, works=works)
            spent = expenses(draw, each.troubles, student)
            self.lines["survey"].append(f"{home.row}\t{year}\t{revision}\t{day}\t{home.counted}\t{amounts}\t{spent}")


def _address(village: Village, draw: Stream) -> str:
    name = village.name
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            name = name[: -len(suffix)] + ("社区" if suffix.startswith("社区") else "")
            break
    return f"{name}{between(draw, 1, 12)}组{between(draw, 1, 180)}号"


def _dwelling(draw: Stream, troubles: set[str] | tuple[()]) -> str:
    grade = pick(draw, ("C", "D")) if "HOUSING" in troubles else pick(draw, ("A", "A", "B"))
    return line(
        *("WATER" not in troubles, grade, between(draw, 40, 220), draw.random() < 0.8, True, draw.random() < 0.96),
        *(pick(draw, ("CLEAN", "CLEAN", "FIREWOOD", "COAL")), pick(draw, ("CONCRETE", "CONCRETE", "GRAVEL", "DIRT"))),
        *(f"{draw.random() ** 3 * 6:.2f}", f"{draw.random() * 9:.1f}", f"{draw.random() ** 2 * 30:.1f}"),
        *(f"{draw.random() ** 3 * 8:.1f}", 0, f"{draw.random() ** 6 * 4:.1f}", draw.random() < 0.4, False),
    )
