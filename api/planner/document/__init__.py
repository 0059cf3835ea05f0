"""文档 Turns the text of a GraphQL document into selected fields. DESIGN §4"""
