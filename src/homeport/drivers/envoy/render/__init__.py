"""Tables of traffic become resources of Envoy's: pure, and only for what has changed."""
