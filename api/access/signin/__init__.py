"""登录 Sign-in: token issuers, passwords, accounts; from a bearer token to a Subject. DESIGN §8"""
