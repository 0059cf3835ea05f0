"""文档 From the text of a GraphQL document to what each selection asks for. DESIGN §4"""
