"""计划 Turns selection and rights into a plan of frozen nodes. DESIGN §4"""
