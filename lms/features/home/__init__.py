"""Home: what to carry on with, what is to do, what is done."""
