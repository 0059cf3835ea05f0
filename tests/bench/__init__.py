"""基准 `make bench`: the read path beside its limit, PostGraphile and plain Strawberry, as ratios of one run.

    data       a server of our own, a demo province per size, rivals' roles      queries   the questions, per dialect
    compiled   our SQL of a question, for the limit                              rivals    servers as processes
    traced     our server: real tokens, policy, tracing on                       limit     the same SQL, nothing else
    plain      Strawberry with DataLoaders                                       postgraphile/  PostGraphile 5
    load       wrk, or `client` where there is none                              cpu       CPU and memory from /proc
    rounds     in turn, order reversed each round, medians                       policies  50 against 5 000 policy rows
    report     docs/benchmarks.md

By themselves, printed and not written:

    --national N     one request of N items, executed          --telling N     N events to 200 subscribers
    --publishing N   N publications, four workers under load   --ledger N      a ledger of N events, verified
    --import N       spreadsheets of N rows, imported

Loaded once, kept in .shouwang/bench: 2 000 000 households take 10 GB and, on two busy cores, half an hour.
Linux only: CPU and memory are read from /proc. PostGraphile needs npm; without it the other rivals are measured.
"""
