"""What holds for every test: where properties keep nothing, and which tests may not run beside each other."""
