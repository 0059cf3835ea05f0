"""策略审查 Review of a version before it is in force: checks, difference, matrix, sentences, cases. Q1"""
