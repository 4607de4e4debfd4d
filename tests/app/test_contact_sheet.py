import numpy as np

from app.contact_sheet import GAP, contact_sheet


def test_images_stand_row_by_row_with_gaps_between():
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((5, 4, 6, 3), np.uint8)
    sheet = contact_sheet(images, columns=3)
    assert sheet.shape == (2 * 4 + GAP, 3 * 6 + 2 * GAP, 4)
    for index in range(5):
        top, left = index // 3 * (4 + GAP), index % 3 * (6 + GAP)
        assert (sheet[top : top + 4, left : left + 6] == [index, index, index, 255]).all()
    assert (sheet[:, :, 3] == 255).sum() == 5 * 4 * 6


def test_few_images_leave_no_empty_columns():
    assert contact_sheet(np.zeros((2, 4, 4, 3), np.uint8), columns=10).shape == (4, 8 + GAP, 4)
