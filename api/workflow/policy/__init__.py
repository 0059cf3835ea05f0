"""策略流程 Workflow of policy versions: drafted, submitted, approved, published, reverted. Q1, RULES §2"""
