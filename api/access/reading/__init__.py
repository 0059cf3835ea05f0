"""策略读取 Reading policy files: cells, rows, role links, model and cases, checked against closed words. Q1"""
