"""规则 The Guide as pure functions, by theme: stdlib only, time is an argument, every rule cites its question.

Read in this order:

    vocabulary, judging, tasks   the words
    parameter, parameters        every number once; `tightening`: what a province may make of it
    verdict, registry            what a rule answers with; `RULES`, `SENTENCES`
    deadlines                    every time limit as data
    themes                       one file each, named for what it judges; `tables.THEMES` lists them all
    check, record, consistency   the field checks: what they see, what they say, all asked at once
    tables                       everything above as Markdown
"""
