"""监管 Workers of one host: a supervisor that replaces dead ones, and the process that each of them is. DESIGN §7

supervisor      starts, watches, replaces and ends the workers
preparation     makes the database ready while the workers wait for it
worker_process  one worker: uvicorn's server with a heartbeat, ended with its supervisor
"""
