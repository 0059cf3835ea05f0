"""演示个案 Demo cases: what happened to a household, on which days, and the rows that tell it. Q24–Q37"""
