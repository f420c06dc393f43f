"""Help that returns: who comes when, one time that changes, somebody who stands in, going on and stopping."""
