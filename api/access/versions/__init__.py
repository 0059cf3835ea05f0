"""策略版本 Versions in force: read from the database, merged with provincial layers, watched by workers. Q1"""
