"""The endpoint at 169.254.170.2: metadata and credentials for tasks, told apart by where a question comes from."""
