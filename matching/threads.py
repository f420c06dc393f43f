"""How many threads the sums of linear algebra may take."""


def sum_on_one_thread() -> None:
    """From now on in this process. A round's sums are small: handing them out costs more than doing them.

    Filling the demo city took a fifth longer on two threads than on one.
    """
    from threadpoolctl import threadpool_limits  # sets a variable of the environment when imported

    threadpool_limits(1, user_api="blas")
