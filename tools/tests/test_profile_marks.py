"""The evidence mark of every figure of the drug library is the one that was decided with the figure."""

from pathlib import Path

import pytest

from shared.tests import test_profile_figures as decided
from tools.docs_drugs import evidence

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("source", "profile_ids", "rows"),
    [
        ("drug_profiles_infusions.py", decided.INFUSIONS, decided.INFUSION_FIGURES),
        ("drug_profiles_pca.py", decided.PCA, decided.PCA_FIGURES),
    ],
)
def test_every_figure_carries_its_mark(source, profile_ids, rows):
    marks = evidence((ROOT / "shared" / source).read_text())
    assert list(marks) == list(profile_ids)
    for name, _, _, row in rows:
        found = [marks[profile_id].get(name, "-") for profile_id in profile_ids]
        assert [mark.replace(", ", "+") for mark in found] == row.split(), name
