"""数字流程 Workflows of numbers that a unit sets: thresholds, parameters, rural averages. Q1, Q10, Q13"""
