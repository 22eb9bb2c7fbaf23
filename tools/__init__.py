"""What developers run: generators, not a part of the program."""
