"""主题 Rules of the Guide by theme: pure functions, each citing its question. Q1–Q42"""
