"""条件式 Formulas: what remains of a policy once role, action and kind are known, and how it is simplified. Q1"""
