"""密封 Sealed identifiers: encrypted at rest, found by exact match, shown masked. Q38"""
