"""报国家同意备案申请流程 Workflow of national requests: proposed, applied for, decided, filed, executed. Q29, Q40"""
