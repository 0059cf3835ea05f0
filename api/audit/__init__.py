"""审计 The ledger: what happened, append-only, in the transaction of the change it records. RULES §4"""
