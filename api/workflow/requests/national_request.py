"""报国家同意备案申请 National requests: counties propose, provinces apply, the nation executes. Q29, Q40"""

from api.workflow.engine.workflow import Workflow, declare_workflow
from api.workflow.requests import applications, national_steps, proposals
from api.workflow.requests.handler import RequestHandler

STEPS = (*proposals.STEPS, *applications.STEPS, *national_steps.STEPS)
NATIONAL_REQUEST = declare_workflow(
    Workflow("request", "报国家同意备案申请", "National requests", STEPS, RequestHandler())
)
