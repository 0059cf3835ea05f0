"""办理 The write path: a workflow is a table of steps; `perform` takes one of them in one transaction. DESIGN §6

    step         what a step is: from, to, who, what is given, guards, effects
    perform      lock → policy → facts → guards → compare-and-set → act, deadlines, event → commit
    work         what guards and effects see of the household while a step is taken
    promise      one effect and one answer per idempotency key
    <workflow>   one file each: clue, identification, green_channel, assistance, elimination …

A refusal changes nothing; all breaches are told at once; a soft limit passed takes a written reason. RULES §0
"""
