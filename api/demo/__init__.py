"""演示 Synthetic officials and households: no real person, the same for the same seed."""
