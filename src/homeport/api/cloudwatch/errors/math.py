"""What is wrong with an expression of metric math. CloudWatch names the expression; what follows is ours."""

from homeport.api.cloudwatch.errors.metrics import SHOWN, validation
from homeport.api.errors import ApiError


class Flaw(Exception):
    """Why an expression has no value, before it is known whose it is."""


def expression_invalid(id: str, why: str) -> ApiError:
    return validation(f"Error in expression '{id}': {why}")


def syntax(text: str, place: int) -> Flaw:
    return Flaw(f"Syntax error at column {place + 1}: {text[place : place + 20]!r}")


def too_deep() -> Flaw:
    return Flaw("The expression is nested too deeply.")


def too_much() -> Flaw:
    return Flaw("The expressions need too much computing: ask for fewer datapoints.")


def unknown_id(name: str) -> Flaw:
    return Flaw(f"Invalid identifier '{name[:SHOWN]}'.")


def circular() -> Flaw:
    return Flaw("The expression depends on itself.")


def unknown_function(name: str) -> Flaw:
    return Flaw(f"The function {name[:SHOWN]} is not supported.")


def arguments_invalid(name: str) -> Flaw:
    return Flaw(f"The arguments of {name} are not valid.")


def operands_invalid(operator: str, left: str, right: str) -> Flaw:
    return Flaw(f"Unsupported operand type(s) for {operator}: '{left}' and '{right}'")


def no_series() -> Flaw:
    return Flaw("The expression must return a time series.")
