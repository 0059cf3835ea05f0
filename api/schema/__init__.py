"""表 Entities: one file = one table = one GraphQL type; a field is declared on its table and nowhere else."""
