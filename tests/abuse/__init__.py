"""滥用 `make abuse`: each attack of one caller against one worker; what another official notices of it.

    attacks    what is sent, by name; a process of its own
    traffic    requests over a connection that is kept
    __main__   the product, another official's query beside each attack, memory, the table

The bounds themselves are tests here, in units of work. Linux only: memory is read from /proc.
"""
