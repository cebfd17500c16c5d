"""Ymarfer: courses and branching simulations for health and social care, with a record that can be trusted.

The house, from the ground up; imports point downward only (`tests/architecture` proves it):

    kernel      errors, clock, ids, settings
    engine      the pure core: source < questions < scenario | course; xapi
    base        infrastructure: store (SQLAlchemy Core) | web (Flask) | paper (PDF)
    records     statements kept and delivered: lrs < tracking
    learning    people < library < enrolment < attempts
    features    siblings, unaware of each other
    app, cli    the composition root: the only files that know every module
"""
