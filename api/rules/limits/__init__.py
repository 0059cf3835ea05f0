"""时限 Time limits: anchor, length, force and due day, and how a place tightens them. RULES §0"""
