"""环节变更 Mutations that take steps, derived from the step tables. DESIGN §6"""
