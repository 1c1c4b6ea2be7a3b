"""`Case -> Plan`: the optimum, why, and an independent check. Knows no store and no screen."""
