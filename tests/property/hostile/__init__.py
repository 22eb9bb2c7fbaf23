"""Requests from plausible to absurd, at everything that is served: what no careful client would send."""
