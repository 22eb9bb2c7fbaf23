"""Whether targets are healthy, by Elastic Load Balancing's rules: asked, judged, and told when it changes."""
