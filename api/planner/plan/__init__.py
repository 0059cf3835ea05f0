"""计划 From selection and rights to a plan of frozen nodes. DESIGN §4"""
