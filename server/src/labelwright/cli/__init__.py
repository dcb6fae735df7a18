"""The command line; other programs call it, so names and options stay."""

import os
import sys
from typing import Any

import click

from labelwright import __version__
from labelwright.cli.callback import callback
from labelwright.cli.delivery import dataset, delivery
from labelwright.cli.demo import demo
from labelwright.cli.invite import invite
from labelwright.cli.key import key
from labelwright.cli.serve import serve
from labelwright.cli.user import user
from labelwright.cli.worker import worker
from labelwright.file_permissions import UMASK
from labelwright.outages import of_the_disk
from labelwright.startup import StartupError


class Commands(click.Group):
    """Makes files for this user only, and says in one sentence why a command cannot start."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        before = os.umask(UMASK)
        try:
            return super().invoke(ctx)
        except StartupError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if not of_the_disk(error):
                raise
            raise click.ClickException(
                f"{error.filename or 'The disk'} cannot be used: {error.strerror}."
            ) from error
        finally:
            os.umask(before)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="labelwright")
def main() -> None:
    """Labelwright: label data on your own machines, with Scale AI's API."""


main.add_command(serve)
main.add_command(worker)
main.add_command(key)
main.add_command(callback)
main.add_command(user)
user.add_command(invite)
main.add_command(delivery)
main.add_command(dataset)
main.add_command(demo)

if __name__ == "__main__":
    sys.exit(main())
