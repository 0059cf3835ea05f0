"""办理 The write path: a workflow is a table of steps; one engine takes each of them in one transaction. DESIGN §6

    engine       perform, step check, the abstract handler, contexts, idempotency; it imports no handler
    cases        steps about households: clue, identification, green channel, assistance, elimination, transfer …
    requests     national requests: counties propose, provinces apply, the nation consents and executes
    numbers      thresholds, rural averages and parameters that a unit sets
    posts        appointments, accounts, password codes
    policy       versions of the policy, from draft to in force
    registry     every workflow whose steps are mutations
    outbox       messages that leave after a step
    identifiers  search and reveal of sealed identifiers, which are no steps

A refusal changes nothing; all breaches are told at once; a soft limit passed takes a written reason. RULES §0
"""
