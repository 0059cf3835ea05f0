"""词汇 Closed vocabularies: every word has its Chinese term; states, steps and tasks among them. RULES §1"""
