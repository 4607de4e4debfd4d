"""Datasets: bring labelled images, look at them, delete them."""

import functools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Header, Query, Request, Response, UploadFile
from fastapi import Path as UrlPath

from app.api.dependencies import (
    DEFAULT_LIMIT,
    AskedBy,
    Cursor,
    Limit,
    NamePath,
    SettingsDependency,
    SplitQuery,
    StoreDependency,
)
from app.api.form import check_fields
from app.api.form_route import FormRoute
from app.api.idempotency import Keyed
from app.api.import_events import EVENTS, import_events
from app.api.png import PNG_ANSWER, IfNoneMatch, png_answer
from app.errors import (
    BodyTooLarge,
    DatasetInUse,
    DatasetNotFound,
    FieldProblem,
    IdempotencyKeyReused,
    ImageNotFound,
    InvalidArchive,
    InvalidDataset,
    InvalidRequest,
    MalformedRequest,
    NameTaken,
    QuotaExceeded,
    TooManyImages,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas.datasets import Dataset
from app.schemas.fields import LARGEST_INTEGER, Name
from app.schemas.pages import Page
from app.services import dataset_pictures, datasets
from app.services.import_dataset import Steps, finish, import_archive, import_hdf5
from app.storage.store import Store

router = APIRouter(prefix="/datasets", tags=["datasets"], route_class=FormRoute)

FILES = ("train", "test", "archive")
NOT_FOUND = openapi_responses(DatasetNotFound, InvalidRequest)
NO_IMAGE = openapi_responses(DatasetNotFound, ImageNotFound, InvalidRequest)
SplitPath = Annotated[Literal["train", "test"], UrlPath()]
IndexPath = Annotated[int, UrlPath(ge=0, le=LARGEST_INTEGER)]
REFUSED = openapi_responses(
    MalformedRequest,
    NameTaken,
    QuotaExceeded,
    BodyTooLarge,
    TooManyImages,
    UnsupportedMediaType,
    InvalidRequest,
    IdempotencyKeyReused,
    InvalidDataset,
    InvalidArchive,
)


async def _check_fields(request: Request) -> None:
    await check_fields(request, files=FILES, texts=("name",))


@router.post(
    "", status_code=201, response_model=Dataset, responses=REFUSED | EVENTS, dependencies=[Depends(_check_fields)]
)
def create_dataset(
    *,
    name: Annotated[Name, Form()],
    response: Response,
    store: StoreDependency,
    settings: SettingsDependency,
    keyed: Keyed,
    asked_by: AskedBy,
    train: UploadFile | None = None,
    test: UploadFile | None = None,
    archive: UploadFile | None = None,
    accept: Annotated[str, Header()] = "application/json",
) -> Dataset | Response:
    """Make a dataset of a zip with a folder per class, or of HDF5 files in the layout of the cat images.

    Server-sent events tell how far it is, if that is accepted.
    """
    _check_choice(train=train, test=test, archive=archive)

    def steps() -> Steps:
        with _saved(archive, store) as zipped, _saved(train, store) as training, _saved(test, store) as testing:
            key = keyed("datasets", name, zipped, training, testing)
            if zipped is not None:
                importing = import_archive(
                    name, archive=zipped, store=store, settings=settings, key=key, asked_by=asked_by
                )
            else:
                assert training is not None  # noqa: S101, _check_choice has seen to it
                importing = import_hdf5(
                    name, train=training, test=testing, store=store, settings=settings, key=key, asked_by=asked_by
                )
            return (yield from importing)

    if "text/event-stream" in accept:
        return import_events(steps())
    response.headers["Location"] = f"/datasets/{name}"
    return finish(steps())


@router.get("", responses=openapi_responses(InvalidRequest))
def list_datasets(store: StoreDependency, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[Dataset]:
    """Return datasets by name."""
    return datasets.list_datasets(store=store, limit=limit, cursor=cursor)


@router.get("/{name}", responses=NOT_FOUND)
def get_dataset(name: NamePath, store: StoreDependency) -> Dataset:
    """Return a dataset."""
    return datasets.get_dataset(name, store=store)


@router.delete("/{name}", status_code=204, responses=NOT_FOUND | openapi_responses(DatasetInUse))
def delete_dataset(name: NamePath, store: StoreDependency) -> None:
    """Delete a dataset; models that were trained on it stay."""
    datasets.delete_dataset(name, store=store)


@router.get("/{name}/images/{split}/{index}.png", responses=NO_IMAGE | PNG_ANSWER, response_class=Response)
def get_image(
    name: NamePath, split: SplitPath, index: IndexPath, store: StoreDependency, if_none_match: IfNoneMatch = ""
) -> Response:
    """Return one image of a dataset."""
    stored = dataset_pictures.find_images(name, store=store)
    draw = functools.partial(dataset_pictures.draw_image, stored, split=split, index=index)
    return png_answer(draw, of=(stored.tag, split, index), if_none_match=if_none_match)


@router.get("/{name}/sheet.png", responses=NO_IMAGE | PNG_ANSWER, response_class=Response)
def get_sheet(
    *,
    name: NamePath,
    store: StoreDependency,
    split: SplitQuery = "train",
    class_name: Annotated[str | None, Query(alias="class", description="Images of this class alone.")] = None,
    start: Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="How many of them to leave out first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=400, description="How many images at most.")] = 100,
    columns: Annotated[int, Query(ge=1, le=50, description="How many stand side by side.")] = 10,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Return images of a split, or of one class in it, on one sheet: the first, or those after `start`."""
    stored = dataset_pictures.find_images(name, store=store)
    wanted = dataset_pictures.Sheet(split=split, class_name=class_name, start=start, limit=limit, columns=columns)
    draw = functools.partial(dataset_pictures.draw_sheet, stored, wanted)
    return png_answer(draw, of=(stored.tag, wanted), if_none_match=if_none_match)


def _check_choice(*, train: UploadFile | None, test: UploadFile | None, archive: UploadFile | None) -> None:
    """Raise InvalidRequest unless there is a zip alone, or a training file with or without a test file."""
    if archive is None and train is None:
        pointer, detail = "/train", "there is no file; send `train` and perhaps `test` (HDF5), or `archive` (zip)"
    elif archive is not None and (train is not None or test is not None):
        pointer, detail = "/archive", "there are HDF5 files too; send either `archive`, or `train` and perhaps `test`"
    else:
        return
    raise InvalidRequest(f"{pointer}: {detail}", errors=[FieldProblem(pointer=pointer, detail=detail)])


@contextmanager
def _saved(upload: UploadFile | None, store: Store) -> Iterator[Path | None]:
    """Give the path of a copy of an upload, for as long as the block takes; None for none."""
    if upload is None:
        yield None
        return
    with store.files.temporary() as path:
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        yield path
