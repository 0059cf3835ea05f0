"""守望 Shouwang: who is at risk, who must act by when, who helped how, who may see or change what.

Tables declare, rules judge, policies limit, the planner reads, workflows write; everything else is a projection.

Reading order: ``schema`` (what is known) → ``rules`` (what the Guide says of it) → ``access`` (who may)
→ ``planner`` (how it is read) → ``workflow`` (how it changes) → ``resolvers`` and ``app`` (the HTTP face).
"""
