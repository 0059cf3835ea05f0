"""措施与健康 Measures that reveal illness or disability, and the neutral name that everybody else reads. Q38

A measure belongs to the health group when its theme is none of the public ones or its item is a revealing one. Two
whole themes are hidden, the allowances of civil affairs beside the medical ones (ours): were the revealing items alone
hidden, hiding itself would tell. A theme that a later code list brings is hidden until it is declared public here.
"""

PUBLIC_THEMES = {
    "INDUSTRY": "产业帮扶措施",
    "EMPLOYMENT": "就业帮扶措施",
    "FINANCE": "金融帮扶措施",
    "WELFARE_POST": "公益岗位帮扶措施",
    "COMPULSORY_EDUCATION": "义务教育保障措施",
    "EDUCATION": "教育帮扶措施",
    "HOUSING": "住房安全保障措施",
    "WATER": "饮水安全保障措施",
    "SOCIETY": "社会帮扶措施",
    "RELOCATION": "搬迁措施",
    "LIVING_CONDITIONS": "生产生活条件改善措施",
    "INFRASTRUCTURE": "基础设施建设措施",
}
"""Themes that tell nothing of health, with the public wording of their measures."""
REVEALING_ITEMS = frozenset({"COMPULSORY_EDUCATION_AT_HOME"})
"""Items of public themes that are given for illness or disability alone: lessons at home are for severe disability."""
LIVELIHOOD, LIVELIHOOD_WORDING = "LIVELIHOOD", "民生保障措施"
"""The public theme and wording of every other measure."""


def _listed(words: object) -> str:
    return ",".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]


REVEALING_SQL = (
    f"({{t}}.theme not in ({_listed(PUBLIC_THEMES)})"
    f" or coalesce({{t}}.item in ({_listed(sorted(REVEALING_ITEMS))}), false))"
)
"""Whether the measure under the alias `{t}` belongs to the health group; never NULL."""
PUBLIC_THEME_SQL = f"(case when {REVEALING_SQL} then '{LIVELIHOOD}' else {{t}}.theme end)"
_WORDINGS = " ".join(f"when '{theme}' then '{wording}'" for theme, wording in PUBLIC_THEMES.items())
PUBLIC_WORDING_SQL = (
    f"(case when {REVEALING_SQL} then '{LIVELIHOOD_WORDING}' else case {{t}}.theme {_WORDINGS} end end)"
)


def reveals(theme: str, item: str | None) -> bool:
    """Whether a measure belongs to the health group.

    >>> reveals("SECURITY", "SECURITY_TEMPORARY"), reveals("INDUSTRY", None), reveals("NEW", None)
    (True, False, True)
    """
    return theme not in PUBLIC_THEMES or item in REVEALING_ITEMS
