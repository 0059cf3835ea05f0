"""省级细化 Provincial refinement: rows a province may lay over the nation's, and the policy made of both. Q1, 附则

A province narrows and never widens: it denies, to offices of its own subtree, what the nation allows there. A denial
only takes away, so any layers that pass here leave a policy inside the nation's; property tests hold that exactly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from api.access.formula.unit_folding import Places
from api.access.policy import Policy
from api.access.reading.finding import Finding
from api.access.reading.row import Link, Rule
from api.access.terms import cell_term, word_term
from api.access.words import ANY, KINDS, low
from api.errors import Code, Term, code
from api.rules.words.vocabulary import Kind, Tier


def _of_layer(name: str, zh: str, en: str, next_zh: str, next_en: str, question: str = "Q1") -> Code:
    return code(name, 400, zh=zh, en=en, next_zh=next_zh, next_en=next_en, question=question)


REFINEMENT_ALLOWS = _of_layer(
    "POLICY_REFINEMENT_ALLOWS",
    "省级策略只能收紧：“效力”列应为“禁止”，实为“{found}”",
    "a province's policy only narrows: expected deny in the column effect, found {found}",
    "改为“禁止”；要放宽，请国家修改基线策略",
    "write deny; to widen, ask the nation to change the baseline",
)
REFINEMENT_LINK = _of_layer(
    "POLICY_REFINEMENT_LINK",
    "省级策略不得有角色归属行：{found}",
    "a province's policy has no role links: {found}",
    "删去该行，在“角色”列直接写角色",
    "delete the row and name the roles in the column role",
)
REFINEMENT_UNIT = _of_layer(
    "POLICY_REFINEMENT_UNIT",
    "“单位”列应为 {province} 或其辖区内现有单位",
    "expected {province} or a unit of today below it in the column unit",
    "写本省或本省辖区内单位的代码",
    "write the code of the province or of a unit below it",
)
REFINEMENT_ROLE = _of_layer(
    "POLICY_REFINEMENT_ROLE",
    "“角色”列应以省级以下（含省级）的层级开头，实为“{found}”：省级策略不约束国家工作人员",
    "expected a role that begins with a tier below the nation, found {found}: a province doesn't limit the nation",
    "写明层级，例如县卫生健康部门",
    "name the tier, such as county:health",
)
REFINEMENT_REACH = _of_layer(
    "POLICY_REFINEMENT_REACH",
    "“范围”列应为“本单位”“本辖区”或“本行业”，实为“{found}”：不约束外省工作人员",
    "expected own, subtree or sector in the column reach, found {found}: officials of other provinces aren't limited",
    "改为“本辖区”",
    "write subtree",
    "Q16",
)
REFINEMENT_ACTION = _of_layer(
    "POLICY_REFINEMENT_ACTION",
    "省级策略的“动作”列不得为 *：其中有清退、回退等锁定的动作",
    "a province's row must not have * in the column action: locked actions such as withdrawal are among them",
    "逐个写明动作",
    "name the actions",
    "Q40",
)
REFINEMENT_KIND = _of_layer(
    "POLICY_REFINEMENT_KIND",
    "省级策略不得收紧对“{found}”的权限：报国家同意备案申请和监督所需的记录不由省级限制",
    "a province doesn't narrow rights on {found}: requests to the nation and the records of supervision aren't its own",
    "“对象种类”列改为：{nearest}",
    "write in the column kind: {nearest}",
    "Q40",
)

# 附则 lets a province refine; what it can't take away is ours: requests to the nation, and what supervision rests on.
_BEYOND = frozenset({Kind.REQUEST, Kind.POLICY, Kind.OFFICIAL, Kind.EVENT})
_REACHES = frozenset({"own", "subtree", "sector"})
_TIERS = frozenset(map(low, set(Tier) - {Tier.NATIONAL}))


def refinement_findings(
    province: str, rules: Iterable[Rule], links: Iterable[Link], places: Places
) -> tuple[Finding, ...]:
    """List the reasons why a province's rows can't be laid over the nation's; empty when they can.

    `places` holds the paths of today's units, of those the rows name at least.
    """
    findings = (finding for rule in rules for finding in _of_rule(province, rule, places))
    linked = (Finding(REFINEMENT_LINK, link.source, {"found": _link(link)}) for link in links)
    return tuple(chain(findings, linked))


def _link(link: Link) -> Term:
    member, group = (word_term("role", word) for word in (link.member, link.group))
    return Term("link", f"{member.zh} → {group.zh}", f"{member.en} → {group.en}")


def _of_rule(province: str, rule: Rule, places: Places) -> Iterator[Finding]:
    def finding(why: Code, column: str, **facts: str | Term) -> Finding:
        return Finding(why, rule.source, {"column": column, **facts})

    if rule.eft != "deny":
        yield finding(REFINEMENT_ALLOWS, "effect", found=cell_term("effect", rule.eft))
    if province not in places.get(rule.unit, ()):
        yield finding(REFINEMENT_UNIT, "unit", province=province)
    if rule.role.split(":")[0] not in _TIERS:
        yield finding(REFINEMENT_ROLE, "role", found=cell_term("role", rule.role))
    if not _REACHES.issuperset(rule.reach.split("|")):
        yield finding(REFINEMENT_REACH, "reach", found=cell_term("reach", rule.reach))
    if ANY in rule.action.split("|"):
        yield finding(REFINEMENT_ACTION, "action")
    kinds = set(Kind) if rule.kind == ANY else {KINDS[kind] for kind in rule.kind.split("|")}
    if kinds & _BEYOND:
        left = kinds - _BEYOND or set(Kind) - _BEYOND
        nearest = "|".join(low(kind) for kind in Kind if kind in left)
        yield finding(REFINEMENT_KIND, "kind", found=cell_term("kind", rule.kind), nearest=nearest)


def effective(nation: Policy, layers: Mapping[str, Sequence[Rule]], places: Places) -> Policy:
    """The nation's policy with every province's denials laid over it, by the code of the province.

    The layers must have passed `refinement_findings`; `places` are the paths of all units any row names.
    """
    laid = (rule for province in sorted(layers) for rule in layers[province])
    return Policy(nation.model, [*nation.rules, *laid], nation.links.declared, places)
