"""The rules of the xAPI data model, one small function each, over parsed JSON.

values       forms of single values: IRI, UUID, instant, duration, language tag, mail address
agents       actors: agents, groups, accounts
activities   activities, their definitions, interactions
parts        verb, result, context, attachments

Sections are those of the specification 1.0.3, part two (Data). A rule reports and goes on, so that one look finds all.
"""
