"""任免流程 Workflows of posts and accounts: given and ended by two persons from above. RULES §2"""
