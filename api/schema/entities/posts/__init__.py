"""岗位 Persons, accounts, posts, appointments and password codes. RULES §2"""
