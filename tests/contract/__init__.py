"""What every store promises, said once and held by each."""
