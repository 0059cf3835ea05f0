"""农户 Household, its members, surveys, departments involved and notes. Q12, Q14–Q16"""
