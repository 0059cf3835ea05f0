"""流程 What changes data: steps as tables, and the two acts on sealed identifiers. DESIGN §6"""
