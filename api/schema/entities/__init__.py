"""实体 Entities by theme: one file = one table = one GraphQL type."""
