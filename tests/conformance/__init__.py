"""boto3 against the gateway, without a socket: every operation and every error, by noun."""
