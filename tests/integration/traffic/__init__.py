"""A whole Homeport on real containers with a real Envoy, under load: nothing is faked."""
