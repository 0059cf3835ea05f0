"""国家级申请 National requests: counties propose, provinces apply, the nation consents and executes. Q29, Q40"""

from api.workflow.engine.step import Workflow, declare_workflow
from api.workflow.requests import applications, national_steps, proposals
from api.workflow.requests.record import REQUEST

STEPS = (*proposals.STEPS, *applications.STEPS, *national_steps.STEPS)
NATIONAL_REQUEST = declare_workflow(Workflow("request", "国家级申请", "National requests", None, STEPS, REQUEST))
