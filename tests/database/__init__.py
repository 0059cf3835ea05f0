"""数据库 Tests of api.database, roles, grants and migrations."""
