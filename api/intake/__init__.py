"""数据采集导入 Spreadsheets of the collection form: the template, and all or nothing of a filled one. Q12

columns     the sheets and their columns, read off the declarations
template    the workbook to fill in
refusals    everything that can be wrong with a file, declared once
faults      what was found where; never the value
workbook    opening a file from a stranger, row by row
cells       one cell into one value
people      one row of 家庭成员
homes       one row of 户
incomes     one row of 收入支出
reach       whose households an import may bring
matching    a batch against what is stored
comparing   which rows say something new
staging     rows into the database's waiting room, sealed
agreement   what only rows together can get wrong
writing     from the waiting room into the tables
returned    the file handed back with the column 错误
households  the whole import
"""
