"""语句 Writes plan nodes as SQL: one module per node kind. DESIGN §4"""
