"""个案流程 Workflows of a household and its cases: from the clue to the end of monitoring. Q7–Q37"""
