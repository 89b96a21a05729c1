"""Tables through mappings into events: what the command joins of files, rules and keys."""
