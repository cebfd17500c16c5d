"""The reference of the scenario language, made from the declarations that read it. Its examples are compiled by a test."""
