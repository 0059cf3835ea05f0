"""规则 The Guide as pure functions, by theme: stdlib only, time is an argument, every rule cites its question."""
