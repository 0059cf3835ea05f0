"""办理引擎 Engine: takes a step of any workflow in one transaction; it knows no handler. DESIGN §6"""
