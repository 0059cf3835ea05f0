"""读取 The read path: selection × access → one SQL statement → finished JSON. DESIGN §4

    document    parse, limit and validate a text once            refuses syntax, depth, what the schema lacks
    selection   what is asked, per type                          fragments, aliases, @skip and @include
    permit      what a role may read of it                       arms: disjoint ways of reaching rows
    plan        both together, as frozen nodes                   refuses filters by hidden fields
    cost        what it may cost at most                         refused by the endpoint
    sql_*       one renderer per node kind                       page, count, object, relation, root
    statement   SQL, parameters, cost, masked paths              refuses characters that cannot be stored
    cache       statements by document, shape, role, version

A row leaves the database only if the subject may see it, and a field only where it may see it.
"""
