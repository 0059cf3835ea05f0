"""行 Rows of the tables, written from families, stories and courses: households, members, cases, plans. Q12, Q23–Q37"""
