"""责任单位 The whole country as one tree of responsibility units, from public data and our overrides. Q1, RULES §2

    divisions.py    the committed file of statistical divisions: made from CSVs, read back
    overrides.py    where responsibility differs from statistics, with reason and source (overrides.toml)
    tree.py         divisions + overrides -> units, each with its whole path: pure
    load.py         units -> database, effective-dated, re-runnable
    bulk.py         indexes and self-references, set aside for a large load
    country.py      the files -> database, skipped when they are in it already

SOURCE.md tells where the data comes from and under which licence.
"""
