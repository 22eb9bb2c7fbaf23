"""Names: what containers and the machine are told when they ask where something is."""
