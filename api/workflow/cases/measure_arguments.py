"""措施登记内容 Arguments of a recorded measure; its kind is computed from its effects, never typed. Q18–22"""

from datetime import date
from decimal import Decimal

from api.rules.words.judging import FundUse
from api.rules.words.vocabulary import Continuation, Department, Funding
from api.schema.bounds import SHORT, TITLE
from api.workflow.engine.step import Argument, Reference

_NATURE = (
    ("takes_part", "带动就业或参与", "Employs them, or lets them take part in production, business or management."),
    ("handout", "直接发钱发物", "Cash or goods handed out."),
    ("dividend", "入股分红", "Dividends."),
    ("training", "技能培训", "Training."),
    ("improves_ability", "直接提升能力", "Training that improves ability directly."),
    ("social_security", "社会综合保障", "A social security measure."),
)
NATURE = tuple(name for name, _, _ in _NATURE)
MEASURE_ARGUMENTS = (
    Argument("plan", Reference("Plan"), "帮扶计划", "The plan it belongs to."),
    Argument("risk", Reference("Risk"), "风险", "The risk it answers. Q20"),
    Argument("member", Reference("Member"), "家庭成员", "The member helped; the household when absent."),
    Argument("theme", str, "帮扶类别", "Group of measures.", required=True, codes="MEASURE_THEME", bound=SHORT),
    Argument("item", str, "帮扶项目", "Item within its group.", codes="MEASURE_ITEM", bound=SHORT),
    Argument("title", str, "措施名称", "What is done.", required=True, bound=TITLE),
    *(Argument(name, bool, zh, f"{en} Q21") for name, zh, en in _NATURE),
    Argument("department", Department, "实施部门", "Department that delivers it. Q1"),
    Argument("funding", Funding, "资金来源", "What pays for it. Q22"),
    Argument("funding_use", FundUse, "资金用途", "Use of bridging funds. Q22"),
    Argument("to_household", bool, "到人到户", "Whether the money goes to the person or household. Q22"),
    Argument("amount", Decimal, "金额", "Amount in CNY."),
    Argument("continuation", Continuation, "延续", "How long it runs after elimination. Q19", required=True),
    Argument("ends_on", date, "到期日期", "End of its contract, agreement or school stage. Q19"),
)
