"""家庭成员 Rows of members: names, births, sealed numbers, and what they are like. Q12, Q14–Q15"""

from api.demo.copying import NULL, sealed
from api.demo.people.families import Person
from api.demo.people.persons import identity_number, phone
from api.demo.people.traits import Aid, Condition
from api.demo.random_source import Stream, between, pick
from api.demo.rows.homes import NOT_SEALED, Home
from api.demo.world import World

NO_NUMBER = "新生儿尚未办理"
MINORITIES = ("TUJIA", "MIAO", "YI", "HUI", "ZHUANG", "MONGOL", "ZANG")
NEVER_LEFT = "\t".join((NULL,) * 4)
AIDED, AIDED_MONITORED, MINORITY, LEFT, UNNUMBERED = 0.04, 0.3, 0.07, 0.02, 0.2
NEWBORN, INFANT = 1, 2


class MemberRows:
    """Makes the lines of members."""

    def __init__(self, world: World, draw: Stream, lines: dict[str, list[str]]) -> None:
        self.world, self.draw, self.lines = world, draw, lines["member"]
        self.seal = world.sealer.seal

    def members(self, home: Home) -> None:
        """Write the members of a settled household; note their names, and the traits of those who have not left."""
        draw, world = self.draw, self.world
        home.aid = self._aid(home)
        ethnicity = pick(draw, MINORITIES) if draw.random() < MINORITY else "HAN"
        common = f"{ethnicity}\t{home.aid.value}\t{'t' if home.cooperating else 'f'}"
        leaves = draw.random() < LEFT and not home.monitored and len(home.persons) > INFANT
        left = len(home.persons) - 1 if leaves else -1
        for place, person in enumerate(home.persons):
            row, age = home.first_member + place, world.this_year - person.year
            self._name(home, person)
            traits = world.traits.any(draw, age, person.male, home.conditions.get(place))
            born = world.birth(row, person.year)
            if place == left:
                stay = self._gone(age)
            else:
                home.traits.append(traits)
                stay = NEVER_LEFT if age > INFANT else f"{world.texts[born]}\tBIRTH\t{NULL}\t{NULL}"
            self._member(home, place, born, f"{common}\t{stay}\t{traits.text}")

    def _aid(self, home: Home) -> Aid:
        if Condition.DEPENDENT in home.conditions.values():
            return pick(self.draw, (Aid.TOP_ALLOWANCE, Aid.SUPPORT))
        share = AIDED_MONITORED if home.monitored else AIDED
        return Aid.ALLOWANCE if self.draw.random() < share else Aid.NONE

    def _name(self, home: Home, person: Person) -> None:
        draw, world = self.draw, self.world
        surname = pick(draw, world.surnames) if person.surname is None else home.names[person.surname][0]
        home.names.append(surname + pick(draw, world.men if person.male else world.women))

    def _member(self, home: Home, place: int, born: int, rest: str) -> None:
        row, person, world = home.first_member + place, home.persons[place], self.world
        if world.this_year - person.year <= NEWBORN and self.draw.random() < UNNUMBERED:
            identity = f"{NULL}\t{NOT_SEALED}\t{NO_NUMBER}"
        else:
            number = identity_number(world.province, row, world.births[born], person.male)
            identity = f"IDENTITY_CARD\t{sealed(self.seal('member', 'id_number', row, number))}\t{NULL}"
        called = home.monitored and place == 0
        telephone = sealed(self.seal("member", "phone", row, phone(home.row))) if called else NOT_SEALED
        self.lines.append(
            f"{row}\t{home.row}\tD{world.province}{row:012}\t{home.names[place]}\t{person.relation}"
            f"\t{'MALE' if person.male else 'FEMALE'}\t{world.texts[born]}\t{identity}\t{telephone}\t{rest}"
        )

    def _gone(self, age: int) -> str:
        reason = "DEATH" if age > 55 else pick(self.draw, ("MARRIAGE", "MOVED_OUT", "MOVED_OUT", "ENLISTED"))
        on = self.world.day(self.world.on - between(self.draw, 10, 700))
        return f"{NULL}\t{NULL}\t{on}\t{reason}"
