"""One way from the bytes of a picture to pixels, for the import of a dataset and for a prediction alike."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from app.colour_profile import IGNORED, to_srgb
from app.errors import NotAnImage, TooCostly, TooManyPixels, TruncatedImage, UnsupportedImageFormat
from app.image_formats import LONGEST_HEADER, READ_FORMATS, declared_size, image_format, webp_frame
from app.image_modes import in_mode, visible
from app.image_work import check_frames, check_work, gif_frames
from app.jpeg import Header, decode_plain, read_header, unread_kind
from app.png_notes import without_long_notes

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

SIDE = 64
IMAGE_SHAPE = (SIDE, SIDE, 3)
REDUCING_GAP = 3.0  # the box filter goes first, down to three times the size that the bicubic filter then makes
DRAFT_SIDE = int(SIDE * REDUCING_GAP)

PIPELINE: dict[str, Any] = {
    "version": 2,
    "shape": list(IMAGE_SHAPE),
    "frame": "first",
    "orientation": "exif",
    "matte": "white",
    "depth": "scaled to 8 bits",
    "colour": "sRGB; an embedded profile of primaries and curves is applied after the resize",
    "resize": {"filter": "bicubic, antialiased", "aspect": "stretched", "reducing_gap": REDUCING_GAP},
    "jpeg_draft": f"at least {REDUCING_GAP:g} times the final size",
}
"""How a picture becomes pixels; it stands in every parameter file, and a model made in another way is refused."""

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the network sees it, and what was done to the file on the way."""

    pixels: Pixels
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be decoded: its format, what its header tells, and how many pixels the decoder may find."""

    data: bytes
    kind: str
    header: Header | None  # of a JPEG
    pixels: int | None
    max_pixels: int


def read_image(data: bytes, *, max_pixels: int, formats: Sequence[str] = READ_FORMATS) -> Picture:
    """Turn the bytes of a picture into pixels of shape (64, 64, 3), as a person would see it.

    Raises EmptyFile, NotAnImage, UnsupportedImageFormat, TooManyPixels, TooCostly or TruncatedImage.
    """
    return decode(judge(data, max_pixels=max_pixels, formats=formats))


def judge(data: bytes, *, max_pixels: int, formats: Sequence[str]) -> Judged:
    """Judge a file by what it says of itself, before anything is decoded; raises what `read_image` does."""
    found = image_format(data, formats=formats)
    check_work(data, kind=found)
    header = read_header(data) if found == "JPEG" else None
    declared = (header.width, header.height) if header else declared_size(data, kind=found)
    if declared:
        _refuse_too_many_pixels(declared, max_pixels=max_pixels)
        if 0 in declared and len(data) >= LONGEST_HEADER:
            raise NotAnImage(f"the picture has {declared[0]} x {declared[1]} pixels; there is nothing to see")
    return Judged(data, found, header, declared and declared[0] * declared[1], max_pixels)


def decode(judged: Judged) -> Picture:
    """Turn a file that was judged into pixels; raises what `read_image` does."""
    if plain := _plain_jpeg(judged):
        return plain
    data = without_long_notes(judged.data) if judged.kind == "PNG" else judged.data
    try:
        with Image.open(BytesIO(data), formats=[_pillow_format(judged.kind)]) as image:
            _refuse_too_many_pixels(image.size, max_pixels=judged.max_pixels)
            return _picture(image, data)
    except (NotAnImage, TooManyPixels, TooCostly, UnsupportedImageFormat):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        told = f"the {judged.kind} picture has more than {judged.max_pixels} pixels, which is the most"
        raise TooManyPixels(told) from error
    except Exception as error:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything
        _raise_unread(judged, error)


def resize(pixels: Pixels) -> Pixels:
    """Resize pixels of shape (height, width, 3) to (64, 64, 3), as every picture is resized."""
    return np.asarray(_resized(Image.fromarray(pixels)))


def to_png(pixels: Pixels) -> bytes:
    """Return a PNG file of pixels of shape (height, width, 3), or with alpha (height, width, 4)."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


@functools.cache
def _pillow_format(found: str) -> str:
    """Name a format as Pillow does, and tell Pillow of the decoder for HEIC, which an extra of the project brings."""
    if found != "HEIC":
        return found
    import pillow_heif  # noqa: PLC0415

    pillow_heif.register_heif_opener(thumbnails=False)
    return "HEIF"


def _refuse_too_many_pixels(size: tuple[int, int], *, max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise TooManyPixels(
            f"the picture has {width} x {height} = {width * height} pixels; at most {max_pixels} are decoded"
        )


def _raise_unread(judged: Judged, error: Exception) -> NoReturn:
    """Say why a picture could not be read: it is of a kind that is not, or else broken."""
    kind = unread_kind(judged.header) if judged.header else ""
    if not kind and str(error).startswith("Unsupported"):
        kind = str(error)
    if kind:
        told = f"the file is {judged.kind} of a kind that is not read ({kind}); save the picture again, as PNG"
        raise UnsupportedImageFormat(told) from error
    _raise_truncated(judged.kind, error)


def _raise_truncated(found: str, error: Exception) -> NoReturn:
    if isinstance(error, UnidentifiedImageError):  # whose text is the place of the bytes in memory
        raise TruncatedImage(
            f"the file begins as {found}, but no picture can be read from its header: it ends too early, is damaged, "
            "or tells a size that the format cannot have; send the whole file, or save the picture again"
        ) from error
    reason = str(error) or type(error).__name__
    raise TruncatedImage(
        f"the file begins as {found}, but ends too early or is damaged ({reason}); send the whole file"
    ) from error


def _picture(image: ImageFile.ImageFile, data: bytes) -> Picture:
    """Decode, see, put on white, shrink and put upright, which is the less work the fewer pixels there are."""
    framed = _first_frame(image, data)
    if not isinstance(image.info.get("transparency"), int | bytes | tuple):
        image.info.pop("transparency", None)  # a text in the file, of that name
    box, drafted = _draft(image)
    image.load()
    seen, coloured = visible(image, data)
    on_white, matted = _on_white(_on_canvas(seen, image, data), of_bitmap=image.format == "BMP")
    small = in_mode("RGB", _resized(on_white, box=box))
    upright, turned = _upright(small, orientation=_orientation(image))
    pixels, profiled = _in_srgb(
        np.asarray(upright), image, of_colours=not {"colour:greyscale", "colour:cmyk"} & {*coloured}
    )
    return Picture(pixels=pixels, actions=(*framed, *drafted, *coloured, *matted, *turned, *profiled))


def _plain_jpeg(judged: Judged) -> Picture | None:
    """Read a JPEG that its decoder does not reduce, and that is neither turned nor recoloured; None for any other."""
    header = judged.header
    if header is None or min(header.width, header.height) >= 2 * DRAFT_SIDE:
        return None
    image = decode_plain(judged.data, header)
    if image is None:
        return None
    seen, coloured = visible(image, judged.data)
    return Picture(pixels=np.asarray(in_mode("RGB", _resized(seen))), actions=coloured)


def _first_frame(image: ImageFile.ImageFile, data: bytes) -> tuple[str, ...]:
    """Say of how many frames the first one is; a photo with a second view (MPO) is a photo."""
    if image.format == "MPO":
        return ()
    frames = gif_frames(data) if image.format == "GIF" else getattr(image, "n_frames", 1)
    check_frames(frames)
    return (f"frame:1/{frames}",) if frames > 1 else ()


def _draft(image: ImageFile.ImageFile) -> tuple[Box | None, tuple[str, ...]]:
    """Have a large JPEG decoded at 1/2, 1/4 or 1/8, and return the part of the result that the picture takes.

    At its right and lower edge there may be a fraction of a pixel too much.
    """
    width = image.width
    drafted = image.draft(None, (DRAFT_SIDE, DRAFT_SIDE))
    if drafted is None or image.width == width:
        return None, ()
    box = drafted[1]
    return box, (f"draft:1/{round(width / box[2])}",)


def _on_canvas(seen: Image.Image, image: ImageFile.ImageFile, data: bytes) -> Image.Image:
    """Leave what the first frame of a GIF or a WEBP does not cover transparent, where Pillow fills it with a colour."""
    covered = webp_frame(data) if image.format == "WEBP" else getattr(image, "dispose_extent", None)
    if covered is None or tuple(covered) == (0, 0, *image.size):
        return seen
    canvas = Image.new("RGBA", image.size)
    canvas.paste(seen.convert("RGBA").crop(covered), covered)
    return canvas


def _resized(image: Image.Image, *, box: Box | None = None) -> Image.Image:
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box, reducing_gap=REDUCING_GAP)


def _on_white(image: Image.Image, *, of_bitmap: bool) -> tuple[Image.Image, tuple[str, ...]]:
    """Put a picture on white; a bitmap without any alpha above 0 has none, as browsers see it, since few write it."""
    if image.mode != "RGBA":
        return image, ()
    alpha = image.getchannel("A")
    extrema = alpha.getextrema()
    if extrema == (255, 255) or (of_bitmap and extrema == (0, 0)):
        return image.convert("RGB"), ()
    matted = Image.new("RGB", image.size, "white")
    matted.paste(image, mask=alpha)
    return matted, ("matte:white",)


def _orientation(image: Image.Image) -> int:
    """The orientation that the EXIF data tells, 1 where they are broken or say nothing we know.

    How a HEIC or an AVIF is turned stands in its container: the one decoder has turned it already, the other has told
    it in the EXIF data, and a note in XMP counts for neither.
    """
    if image.format == "HEIF":
        return 1
    if image.format == "AVIF":
        image.info.pop("xmp", None)
    try:
        told = image.getexif().get(_ORIENTATION_TAG)
    except Exception:  # noqa: BLE001 - a whole picture is not refused for a broken note beside it
        return 1
    return int(told) if told in _UPRIGHT else 1  # which may be told as a fraction


def _in_srgb(pixels: Pixels, image: Image.Image, *, of_colours: bool) -> tuple[Pixels, tuple[str, ...]]:
    """Apply an embedded profile to what the picture became, which is a hundredth of its pixels or less."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return pixels, ()
    return to_srgb(pixels, profile) if of_colours else (pixels, (IGNORED,))


def _upright(image: Image.Image, *, orientation: int) -> tuple[Image.Image, tuple[str, ...]]:
    if orientation == 1:
        return image, ()
    return image.transpose(_UPRIGHT[orientation]), (f"exif:{orientation}",)
