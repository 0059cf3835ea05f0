"""演示 Synthetic officials and households: no real person, the same for the same seed.

load        load_demo: units, code lists, thresholds, officials and households, in one transaction
places      which villages get how many households            staff      which units get officials
officials   the officials of a unit                           persons    numbers that can belong to nobody
outline     families, stories and ids, drawn beforehand        families   who lives together
stories     what happened to a household                      courses    on which days
traits      what a member is like                             surveying  incomes around the threshold
homes, spells, planning    rows of households, of spells, of plans and measures (helping: measures.csv)
history     acts, time limits and assessments, worked out from all that
making      one chunk of households, whole                    workers    chunks by several processes
bulk        triggers off, indexes away and back, COPY          copying    the text format of COPY
"""

from api.demo.load import HOUSEHOLDS_EXIST, Demo, load_demo

__all__ = ["HOUSEHOLDS_EXIST", "Demo", "load_demo"]
