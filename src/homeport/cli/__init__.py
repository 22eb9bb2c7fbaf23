"""The command line. It talks to the server like anyone else, or reads the data directory."""
