"""报国家同意备案申请 National requests, their items, effects, evidence, decisions, executions. Q29, Q40"""
