"""What becomes of a RegisterTaskDefinition before it is kept: it is checked, then put into AWS's normal form."""
