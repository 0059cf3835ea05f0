"""任免提议 What is proposed: a post for an account or a newcomer, the end of one, an account restored. RULES §2"""

from dataclasses import dataclass
from datetime import date

from api.rules.themes.appointment import AppointmentChange
from api.rules.words.vocabulary import Department, Duty


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who has no account here yet: `person_key` is the blind index of the ID number, so one person is one."""

    name: str
    account_name: str
    person_key: bytes
    oidc_subject: str | None = None

    def asked(self) -> list[str | None]:
        """The same newcomer, as texts; of the number the index alone."""
        return [self.name, self.account_name, self.person_key.hex(), self.oidc_subject]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is proposed.

    GIVE names unit, department, duty, days, and an account or a newcomer; END a post and its last day; RESTORE an
    account. `document` is the county leading group's written authorization where the post delegates its approval. Q33
    """

    change: AppointmentChange
    reason: str
    key: str
    unit: str | None = None
    department: Department | None = None
    duty: Duty | None = None
    since: date | None = None
    until: date | None = None
    account: int | None = None
    newcomer: Newcomer | None = None
    post: int | None = None
    document: str | None = None

    def asked(self) -> list[object]:
        """What makes the same request the same."""
        who = self.newcomer.asked() if self.newcomer else None
        named = (self.unit, self.department and self.department.name, self.duty and self.duty.name)
        rest = (self.since, self.until, self.account, who, self.post, self.document, self.reason)
        return [self.change.name, *named, *rest]
