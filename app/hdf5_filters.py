"""The chunks of an HDF5 dataset, judged before they are read: what a chunk holds is only known once it is unpacked.

HDF5 unpacks a chunk to its very end, however long that is; so each is unpacked here first, up to its declared size.
"""

import math
import zlib

import h5py

from app.errors import InvalidDataset

MAX_CHUNKS = 1_000_000
MAX_CHUNK_BYTES = 64 * 2**20
CHECKSUM_BYTES = 4
KNOWN_FILTERS = {h5py.h5z.FILTER_DEFLATE: "gzip", h5py.h5z.FILTER_SHUFFLE: "shuffle", h5py.h5z.FILTER_FLETCHER32: "sum"}


def check_chunks(dataset: h5py.Dataset, *, name: str) -> None:
    """Raise InvalidDataset unless all values are there and none unpacks to more than it declares."""
    value_bytes = dataset.id.get_type().get_size()
    if dataset.chunks is None:
        _check_whole(dataset.id.get_storage_size(), dataset.size * value_bytes, name=name)
        return
    filters = _filters(dataset, name=name)
    chunk_bytes = math.prod(dataset.chunks) * value_bytes
    wanted = math.prod(-(-length // step) for length, step in zip(dataset.shape, dataset.chunks, strict=True))
    if wanted > MAX_CHUNKS or chunk_bytes > MAX_CHUNK_BYTES:
        raise InvalidDataset(
            f"{name} is stored in {wanted} chunks of {chunk_bytes} bytes; at most {MAX_CHUNKS} chunks "
            f"of {MAX_CHUNK_BYTES} bytes are read"
        )
    _check_whole(dataset.id.get_num_chunks(), wanted, name=name, unit="chunks")
    if not filters:
        _check_whole(dataset.id.get_storage_size(), wanted * chunk_bytes, name=name)
        return
    dataset.id.chunk_iter(lambda chunk: _check_chunk(dataset, chunk, filters, chunk_bytes=chunk_bytes, name=name))


def _check_whole(stored: int, declared: int, *, name: str, unit: str = "bytes") -> None:
    if stored < declared:
        raise InvalidDataset(f"{name} declares {declared} {unit} of values, but only {stored} are stored in the file")


def _filters(dataset: h5py.Dataset, *, name: str) -> list[int]:
    """The filters of each chunk, in the order in which they were applied."""
    creation = dataset.id.get_create_plist()
    filters = [creation.get_filter(index)[0] for index in range(creation.get_nfilters())]
    if set(filters) - set(KNOWN_FILTERS) or len(set(filters)) < len(filters):
        raise InvalidDataset(f"{name} is packed by filters {filters}; gzip (1), perhaps with shuffle (2), is right")
    return filters


def _check_chunk(
    dataset: h5py.Dataset, chunk: h5py.h5d.StoreInfo, filters: list[int], *, chunk_bytes: int, name: str
) -> None:
    most = chunk_bytes + CHECKSUM_BYTES
    if chunk.size > most + most // 100 + 1024:  # what gzip adds to what it cannot pack
        raise InvalidDataset(f"{name} has a chunk of {chunk.size} bytes; unpacked it may have {chunk_bytes}")
    mask, packed = dataset.id.read_direct_chunk(chunk.chunk_offset)
    if h5py.h5z.FILTER_DEFLATE in filters and not mask >> filters.index(h5py.h5z.FILTER_DEFLATE) & 1:
        unpacker = zlib.decompressobj()
        unpacked = len(unpacker.decompress(packed, most + 1))
        if unpacked > most or not unpacker.eof or unpacked < chunk_bytes:
            raise InvalidDataset(f"{name} has a chunk that does not unpack to the {chunk_bytes} bytes that it declares")
