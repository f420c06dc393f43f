"""Young helpers: a parent who agrees, pairs that a coordinator looks at, service periods and their certificates."""
