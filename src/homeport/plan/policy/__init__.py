"""IAM's policies: read, checked, and evaluated. Pure: a document and a question in, an answer out."""
