"""语句 From plan nodes to SQL: one module per node kind. DESIGN §4"""
