"""代码表 Code lists: the open vocabularies of the collection form, as committed data. Q12

lists.csv, items.csv   every list, and every code with the Chinese label that county staff know it by
lists                  reads them
load                   brings the tables code_list and code_item to them

The national code values aren't public: codes are ours, `external_code` waits for a province that knows them, and a
list's source names the national code table where its name is known.
"""

from api.codes.lists import CodeList, Item, read
from api.codes.load import Loaded, load

__all__ = ["CodeList", "Item", "Loaded", "load", "read"]
