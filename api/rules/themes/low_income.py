"""农村低收入人口 Synonyms, groups and overlaps of the rural low-income population. Q4–6

易返贫致贫人口 is another word for monitoring objects. Groups overlap: each person and household is counted once.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import combinations

from api.rules.holder import Later
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force, Recognition
from api.rules.words.vocabulary import Department

NOT_THE_RECOGNISER = sentence(
    "NOT_THE_RECOGNISER",
    6,
    Force.MUST,
    zh="{group}由{department}认定",
    en="{group} is recognised by {department}",
)

SYNONYMS = {"监测对象": "监测对象", "防止返贫监测对象": "监测对象", "易返贫致贫人口": "监测对象"}

RECOGNISED_BY = {
    Recognition.MONITORED: Department.RURAL_REVITALIZATION,
    Recognition.RURAL_ALLOWANCE: Department.CIVIL_AFFAIRS,
    Recognition.EXTREME_POVERTY: Department.CIVIL_AFFAIRS,
}


@dataclass(frozen=True, slots=True)
class Population:
    """Numbers in all, each counted once; in each group; in each two groups."""

    total: int
    groups: Mapping[Recognition, int]
    overlaps: Mapping[tuple[Recognition, Recognition], int]


@rule(4, Force.MUST, zh="易返贫致贫人口与监测对象是同一个概念", held_by=Later.STATISTICS)
def same_concept(term: str) -> str | None:
    """People prone to fall back into poverty are monitoring objects: one concept. Q4

    The concept a Chinese term stands for; None when it is no word for monitoring objects.
    """
    return SYNONYMS.get(term.strip())


@rule(
    5,
    Force.MUST,
    zh="农村低收入人口包括监测对象、农村低保对象、农村特困人员等",
    ours=("人、户各计一次，交叉另列", "persons and households once, overlaps apart"),
    held_by=Later.STATISTICS,
)
def low_income_population(members: Mapping[Recognition, Set[int]]) -> Population:
    """Monitored, rural allowance, extreme-poverty support and others: each id counted once, overlaps reported. Q5"""
    everyone: set[int] = set().union(*members.values())
    pairs = combinations((group for group in Recognition if group in members), 2)
    overlaps = {(group, other): len(members[group] & members[other]) for group, other in pairs}
    return Population(len(everyone), {group: len(ids) for group, ids in members.items()}, overlaps)


@rule(6, Force.MUST, zh="监测对象由乡村振兴部门认定，农村低保、特困由民政部门认定，互不代替", held_by=Later.STATISTICS)
def recognised_by(group: Recognition, department: Department) -> Verdict:
    """Rural revitalization recognises the monitored, civil affairs the allowance; neither decides for the other. Q6"""
    owner = RECOGNISED_BY.get(group)
    return NOT_THE_RECOGNISER.judge(owner in (None, department), group=group, department=owner)
