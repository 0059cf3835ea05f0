"""HTTP 接口 HTTP: requests, answers, sign-in, trusted documents, evidence, GraphiQL. DESIGN §8"""
