"""人员 Person: a natural person who holds accounts; four eyes compares persons, never accounts. RULES §2"""

from piccolo.columns import Bytea

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Many, hidden, text


class Person(Entity, tablename="person", kind=Kind.OFFICIAL):
    """人员 A natural person with one or more accounts. RULES §2"""

    name = text("姓名", "Name.", Group.BASIC, required=True)
    person_key = hidden(
        Bytea(default=None, null=True, unique=True),
        "人员索引",
        "Blind index of the identity document: one person once.",
    )

    accounts = Many("Account.person", "账号", "Accounts of this person.", expect=1)
