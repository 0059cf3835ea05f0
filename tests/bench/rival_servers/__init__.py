"""对照服务 Rival servers: the same questions answered by plain Strawberry, by hand in asyncpg, and by PostGraphile."""
