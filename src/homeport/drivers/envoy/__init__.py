"""Envoy as the data plane of load balancers: rendering, serving its configuration, and keeping it alive."""
