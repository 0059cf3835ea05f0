"""内嵌数据库 Tests of the launcher of the private PostgreSQL."""
