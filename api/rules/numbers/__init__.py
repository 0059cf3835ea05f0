"""数字 The numbers of the Guide: each declared once, with question, force and who may tighten it. RULES §0"""
