"""数字 Thresholds, parameter settings and rural averages: numbers that a unit sets. Q1, Q10, Q13"""
