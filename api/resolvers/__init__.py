"""根字段与端点 Root fields of the GraphQL schema, and its HTTP face. Two doors, one compiler. DESIGN §4, §8"""
