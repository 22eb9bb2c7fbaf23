"""The network process's parts: namespaces and their rules, metadata and credentials, names."""
