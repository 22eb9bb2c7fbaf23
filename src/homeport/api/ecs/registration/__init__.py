"""What becomes of a RegisterTaskDefinition before it is kept: checked, then put in AWS's form."""
