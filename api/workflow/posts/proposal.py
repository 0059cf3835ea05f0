"""任免提议 Proposal of an appointment: a post given or ended, an account restored. RULES §2"""

from dataclasses import dataclass
from datetime import date

from api.rules.themes.appointment import AppointmentChange
from api.rules.words.vocabulary import Department, Duty


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who has no account here yet.

    name          name of the person
    account_name  sign-in name of the account to make
    person_key    blind index of the ID number, so a person is recorded once
    oidc_subject  subject at the OIDC issuer, where the person signs in there
    """

    name: str
    account_name: str
    person_key: bytes
    oidc_subject: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentProposal:
    """Proposal of an appointment. Which fields are needed follows from `change`.

    change            what the appointment does
    reason            why; goes on record
    unit, department  GIVE: unit code and department of the post
    duty, since       GIVE: duty and first day of the post
    until             GIVE: last day, if any; END: last day
    account           GIVE to an account, or RESTORE: the account
    newcomer          GIVE to a newcomer
    post              END: the post
    document          GIVE: the county leading group's written authorization where it delegates approval. Q33
    """

    change: AppointmentChange
    reason: str
    unit: str | None = None
    department: Department | None = None
    duty: Duty | None = None
    since: date | None = None
    until: date | None = None
    account: int | None = None
    newcomer: Newcomer | None = None
    post: int | None = None
    document: str | None = None
