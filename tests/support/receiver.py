"""A customer's callback receiver on this machine: the one of the server's own tests, with more ways to wait."""

from collections.abc import Callable

from server.tests import receiver as own

Delivery = own.Delivery


class Receiver(own.Receiver):
    """Keeps every callback that arrives, and answers 200 unless a test wants something else."""

    def wait(
        self, wanted: Callable[[list[Delivery]], bool], what: str, seconds: float = 60
    ) -> list[Delivery]:
        """Wait until the deliveries satisfy a condition; returns them all.

        Raises:
            TimeoutError: they did not in time.
        """
        with self._news:
            if not self._news.wait_for(lambda: wanted(self.deliveries), seconds):
                raise TimeoutError(f"{what} did not arrive; so far {len(self.deliveries)} callbacks did")
            return list(self.deliveries)

    def one(self, path: str) -> Delivery:
        """Wait for the first delivery to a path."""
        return self.wait_for(path)

    def __enter__(self) -> "Receiver":
        """Begin to listen."""
        super().__enter__()
        return self
