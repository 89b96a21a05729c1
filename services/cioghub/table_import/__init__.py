"""Tables through mappings into events: is the mapping good, and what becomes of each row?"""
