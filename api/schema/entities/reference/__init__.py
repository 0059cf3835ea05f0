"""参照 Responsibility units and code lists. Q1, Q12, Q16"""
