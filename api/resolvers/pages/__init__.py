"""打印页 Pages to print: notices and national requests. Q38, Q40"""
