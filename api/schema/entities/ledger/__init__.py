"""台账 Audit events and their seals, idempotency keys and outgoing messages. RULES §4"""
