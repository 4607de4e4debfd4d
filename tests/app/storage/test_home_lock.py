import os
from contextlib import ExitStack

import pytest

from app.storage.cannot_start import CannotStart
from app.storage.home_lock import hold


def test_who_works_alone_keeps_all_others_out_and_they_are_told_who_it_is(tmp_path):
    with hold(tmp_path, shared=False):
        for shared in (False, True):
            with pytest.raises(CannotStart, match=f"process {os.getpid()} of "), hold(tmp_path, shared=shared):
                pass
    with hold(tmp_path, shared=False):
        pass


def test_those_of_one_cluster_share_the_home(tmp_path):
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(hold(tmp_path, shared=True))
        with pytest.raises(CannotStart, match="needs another NNCORE_HOME"), hold(tmp_path, shared=False):
            pass
