"""xAPI: vocabulary, names, building, validation, comparison. Pure: JSON values in, JSON values out.

vocabulary   verbs, activity types, extensions, grouped by the profile they come from
names        our IRIs and actors, from the base URL
build        facts → statements (the only importer of `tincan`)
validate     the specification's rules over parsed JSON, each citing its section
compare      are two statements the same under the specification's rules? and: whose statement is it?
references   which agents, activities and statements a statement speaks of, and where
profile      our profile as JSON-LD, and a matcher for it
"""
