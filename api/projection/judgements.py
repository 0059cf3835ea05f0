"""规则页 Rules, sentences, deadlines and checks as docs/rules.md, every number as docs/parameters.md. Q1–42"""

from api.projection.holders import check_holders, holders
from api.projection.tables import page
from api.rules.tables import check_table, deadline_table, parameter_table, rule_table, sentence_table


def rule_page() -> str:
    """Rules, what they say, time limits, consistency checks."""
    return page(
        "规则 Rules",
        "取自 `api/rules`：每条规则注明《工作指南》的问号和效力；“自定”是指南未写、由本系统决定之处；"
        "“执行”是调用它的环节或模块、数据库的触发器或函数，或将来由何处执行。",
        "From `api/rules`. Each rule cites its question and its force; *ours* marks what the Guide is silent about; "
        "*held by* names the steps and modules that call it, a trigger, or the part to come that will.",
        f"## 规则 Rules\n\n{rule_table(holders())}",
        f"## 时限 Time limits\n\n{deadline_table()}",
        f"## 规则所说的话 What rules say\n\n{sentence_table()}",
        f"## 疑点检查 Consistency checks\n\n{check_table(check_holders())}",
    )


def parameter_page() -> str:
    """Every number, once."""
    return page(
        "参数 Parameters",
        "取自 `api/rules/numbers/parameters.py` 等处：每个数字只写一次。",
        "Every number of the rules, each declared once, with who may change it and in which direction.",
        parameter_table(),
    )
