"""The command `nncore`: `serve` and `demo` start the service, all others speak to one over HTTP."""

import sys
from typing import Annotated, Any

import typer

from app.cli import (
    check_gradients,
    datasets,
    demo,
    explain,
    export,
    forward,
    jobs,
    keys,
    models,
    picture,
    predict,
    serve,
    train,
    tune,
)

UsageError: Any = typer.BadParameter.__base__  # which Typer does not name

application = typer.Typer(
    name="nncore",
    help="Train small image classifiers over HTTP, and serve them over HTTP.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
application.command("serve")(serve.serve)
application.command("demo")(demo.demo)
application.command("import")(datasets.import_dataset)
application.command("train")(train.train)
application.command("tune")(tune.tune)
application.command("predict")(predict.predict)
application.command("explain")(explain.explain)
application.command("export")(export.export)
application.command("picture")(picture.picture)
application.command("forward")(forward.forward)
application.command("check-gradients")(check_gradients.check_gradients)
application.add_typer(datasets.application, name="datasets")
application.add_typer(models.application, name="models")
application.add_typer(jobs.application, name="jobs")
application.add_typer(keys.application, name="keys")


def _print_version(is_asked: bool) -> None:  # noqa: FBT001, Typer's signature
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"nncore {version('nncore')}")
        raise typer.Exit


@application.callback()
def describe(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Train small image classifiers over HTTP, and serve them over HTTP."""


def main() -> None:
    """Do what the command line asks; exits 0, 1 (failed) or 2 (usage), and tells in one line why."""
    from app.cli.hints import as_commands
    from app.cli.output import say
    from app.client_errors import ClientError
    from app.settings import SettingsError

    try:
        code = application(standalone_mode=False)
    except typer.Abort:
        code = 1
    except UsageError as error:
        code = _tell_usage(error)
    except (ClientError, SettingsError) as error:
        say(f"nncore: {as_commands(str(error))}", err=True)
        code = 2 if isinstance(error, SettingsError) else 1
    except OSError as error:  # of the output itself, as where it goes to a disk that is full
        say(f"nncore: cannot write what was asked for: {error.strerror or error}", err=True)
        code = 1
    sys.exit(code or 0)


def _tell_usage(error: Any) -> int:
    from app.cli.output import say

    told = error.format_message().strip()
    if told:  # else there was no word at all, and the help has been printed
        path = error.ctx.command_path if error.ctx else "nncore"
        say(f"nncore: {told.rstrip('.')}; `{path} --help` tells what is right", err=True)
    return int(error.exit_code)
