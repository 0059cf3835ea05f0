"""程序 Proceeding: identification, green channel, elimination, transfer or safety-net marking. Q24, Q33, Q37"""

from api.rules.words.vocabulary import Group, Kind, ProceedingKind, ProceedingState
from api.schema.declare import Entity, Many, Steps, coded, day, text, to_one, whole, word
from api.schema.entities.case.clue import Clue
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.household.household import Household


class Proceeding(Entity, tablename="proceeding", kind=Kind.PROCEEDING, anchor="household"):
    """程序 One run of a workflow for a household; its case is null until there is one. Q33"""

    household = to_one(Household, "农户", "The household.", 33, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case, once there is one.", 33)
    clue = to_one(Clue, "风险线索", "The clue it began with.", 34)
    kind = word(ProceedingKind, "种类", "Kind.", Group.STRUCTURE, 33, required=True)
    state = word(ProceedingState, "状态", "State.", Group.STRUCTURE, 33, required=True)
    opened_on = day("启动日期", "Day it was opened.", Group.STRUCTURE, 34, required=True)
    verified_on = day("入户核实日期", "Day of the home verification.", Group.STRUCTURE, 33)
    authorized_on = day("授权承诺日期", "Day the authorization and commitment was taken.", Group.STRUCTURE, 33)
    reviewed_on = day("民主评议日期", "Day of the democratic review.", Group.STRUCTURE, 35)
    review_form = coded("REVIEW_FORM", "民主评议形式", "Form of the democratic review.", Group.PUBLIC, 35)
    publicized_on = day("公示开始日期", "First day of publicity.", Group.STRUCTURE, 34)
    submitted_on = day("上报日期", "Day it was submitted to the county.", Group.STRUCTURE, 33)
    county_reviewed_on = day("县级审核日期", "Day of the county review.", Group.STRUCTURE, 33)
    approved_on = day("县级批准日期", "Day of the county's approval.", Group.STRUCTURE, 33, 36)
    announced_on = day("公告日期", "Day of the announcement.", Group.STRUCTURE, 33)
    ended_on = day("办结日期", "Day it was completed or ended.", Group.STRUCTURE, 33)
    end_reason = text("终止理由", "Why it ended without its goal.", Group.BASIC, 24)
    due_on = day("办理期限", "Day its next step is due.", Group.STRUCTURE, 34)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    acts = Many("Act.proceeding", "办理记录", "Steps taken.", (33,), expect=6)
    assessments = Many("Assessment.proceeding", "研判", "Assessments made in it.", (7,), expect=1)
    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (33,))
    transfers = Many(
        "Transfer.proceeding", "管辖移交", "What a transfer is about; none in other kinds.", (16,), expect=1
    )
    deadlines = Many("Deadline.proceeding", "时限", "Its time limits.", (34,), expect=2)
