"""What each operation of a service touches: one table for each service, after AWS's Service Authorization Reference."""
