"""The figures: what each one means, then the arithmetic, over history and nothing else.

``definitions`` says what is counted, ``classification`` who brought two people together, ``slots`` and ``stories``
what became of a request, ``rates`` adds it up, ``report`` reads history for it. Only ``report`` sees a database.
"""
