"""策略编译 Compiling: matcher and rows are evaluated into one formula per role, action and kind. DESIGN §5"""
