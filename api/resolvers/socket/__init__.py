"""长连接 WebSocket: graphql-transport-ws frames, operations and subscription streams. DESIGN §8"""
