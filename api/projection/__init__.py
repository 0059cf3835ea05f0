"""投影 Documents generated from what is declared elsewhere; nothing is said here a second time.

modules      imports every module, so that everything declared is registered
places       file and line of each declaration, read off the source
tables       Markdown, in one form
dictionary   docs/data-dictionary.md     vocabularies  docs/vocabularies.md     code_lists  docs/code-lists.md
judgements   docs/rules.md, parameters   refusals      docs/errors.md           environment docs/settings.md
manual       docs/commands.md            pages         all pages: write them, or name those that drifted
row_types    api/schema/rows, the Python types of every table's columns
where        what a name means and where it comes from: trace_* for schema, policy, rules and everything else
"""
