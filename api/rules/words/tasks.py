"""责任事项 The tasks that responsibilities are given for. Q1"""

from api.rules.words.vocabulary import Word


class Task(Word):
    """责任事项 Tasks of a tier or department. Q1"""

    LEAD = "牵头抓总", "Leads the work at its tier."
    REFINE_POLICY = "细化制度政策", "Refines rules and assistance policy, only tightening."
    SUPERVISE = "监督指导督促", "Supervises, guides, urges."
    COORDINATE_RESOURCES = "协调政策资源", "Coordinates policies and resources."
    WARN_AND_COMPARE = "信息预警数据比对", "Warns of risks and compares data."
    PUBLICISE_POLICY = "政策宣传", "Publicises policy."
    SCREEN = "排查预警", "Screens households and warns."
    SET_THRESHOLD = "确定并报备监测范围", "Sets the year's threshold and files it."
    ACKNOWLEDGE_THRESHOLD = "监测范围备案", "Acknowledges a threshold's filing."
    VERIFY_AT_HOME = "入户核实", "Verifies at home."
    TAKE_AUTHORIZATION = "取得授权承诺", "Takes the household's authorization and commitment."
    HOLD_REVIEW = "组织民主评议", "Holds democratic review."
    PUBLICIZE = "村内公示", "Publicizes in the village."
    REVIEW_AT_COUNTY = "县级审核", "Reviews at the county."
    APPROVE = "县级批准", "Approves, or authorizes approval."
    ENTER_AND_ANNOUNCE = "系统录入和公告", "Enters in the system and announces."
    CONFIRM_GREEN_CHANNEL = "确认绿色通道", "Confirms a green-channel household."
    RUN_GREEN_CHANNEL = "管理绿色通道", "Enters, notes and exits in the green channel."
    DECLARE_PLAN = "制定计划申报措施", "Draws up the plan and declares measures."
    URGE_DEPARTMENTS = "跟踪督促行业部门", "Tracks and urges sector departments."
    DELIVER_MEASURES = "落实帮扶措施", "Delivers measures."
    MARK_SAFETY_NET = "认定兜底保障户", "Marks safety-net households the first time."
    COMPARE_QUARTERLY = "按季度数据比对", "Compares with civil affairs every quarter."
    APPLY_TO_NATION = "汇总审核书面申请", "Aggregates, reviews and applies in writing."
    CONSENT_AND_EXECUTE = "同意备案统一操作", "Consents, files and executes."
    HANDLE_TICKETS = "办理 12317 工单", "Handles tickets of 12317."
