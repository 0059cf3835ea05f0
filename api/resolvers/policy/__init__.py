"""策略接口 Root fields of policy administration: versions, checks, differences, explanations. Q1"""
