"""Door 3: data protection officers and auditors look at rules, decisions and proofs."""
