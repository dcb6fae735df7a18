"""Why a command cannot start, for the person who started it."""


class StartupError(Exception):
    """Nothing can be done with this data folder, database or setting; ``str()`` is one sentence that says why.

    The command line prints the sentence and exits with status 1.
    """
