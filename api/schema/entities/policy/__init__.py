"""策略 Policy versions, their rows and cases, and which of them are in force. Q1"""
