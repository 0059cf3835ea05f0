"""权限 Who acts and what they may: subject, sign-in, Casbin policy, compiled plans. Nobody else imports casbin."""
