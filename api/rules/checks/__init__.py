"""数据质量 Consistency checks of household, members, cases and measures. Q12"""
