"""权限 Subjects, sign-in, the Casbin policy and its compiled formulas; the one package that imports casbin."""
