"""AWS's protocols: bytes of HTTP to typed shapes and back, and who signed them.

A leaf of the tree: it knows the generated shapes and nothing else of Homeport, so it could be a package of
its own.
"""
