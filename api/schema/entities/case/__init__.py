"""个案 Clue, case, proceeding, assessment, risks, plan, measures, deadlines and acts. Q7–Q37"""
