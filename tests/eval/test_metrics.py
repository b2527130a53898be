"""Every metric against a case worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eval.metrics import (
    Share,
    area_under_risk_coverage,
    bootstrap,
    calibration_error,
    exact_match,
    f1,
    percentile,
    ratio,
    recall_at,
    reciprocal_rank,
    refused_at,
    reliability,
    risk_coverage,
    tokens,
)


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> None:
    """Here intervals are looked at: they stand on all resamples."""


def test_recall_counts_the_gold_quotes_seen_by_k() -> None:
    ranks = (1, 4, None)
    assert recall_at(1, ranks) == pytest.approx(1 / 3)
    assert recall_at(4, ranks) == pytest.approx(2 / 3)
    assert recall_at(8, ()) == 0.0


def test_reciprocal_rank_is_that_of_the_first_quote_seen() -> None:
    assert reciprocal_rank((None, 4, 2)) == 0.5
    assert reciprocal_rank((None,)) == 0.0
    assert reciprocal_rank(()) == 0.0


def test_chinese_is_taken_by_character_and_english_by_word_without_articles() -> None:
    assert tokens("约838万平方呎。") == ["约", "838", "万", "平", "方", "呎"]
    assert tokens("The one-day Forum") == ["one", "day", "forum"]
    assert tokens("ＨＫＡＩ　LAB") == ["hkai", "lab"]


def test_exact_match_ignores_case_punctuation_and_articles_only() -> None:
    assert exact_match("the Safe Harbor.", ["safe harbor"]) == 1.0
    assert exact_match("a very safe harbor", ["safe harbor"]) == 0.0
    assert exact_match("", ["safe harbor"]) == 0.0


def test_f1_is_the_harmonic_mean_of_token_precision_and_recall() -> None:
    # said 5 tokens, gold 4, 3 in common: precision 3/5, recall 3/4, F1 = 2 * .45 / 1.35 = 2/3
    assert f1("平台九月推", ["平台九日"]) == pytest.approx(2 / 3)
    assert f1("ten firms", ["ten companies", "ten firms"]) == 1.0
    assert f1("ten", ["nine"]) == 0.0
    assert f1("ten", []) == 0.0


def test_reliability_bins_are_closed_above() -> None:
    bins = reliability([0.05, 0.1, 0.95, 1.0, 0.0], [False, True, True, True, False])
    assert [(b.low, b.count) for b in bins] == [(0.0, 3), (0.9, 2)]
    assert bins[0].accuracy == pytest.approx(1 / 3)
    assert bins[1].confidence == pytest.approx(0.975)


def test_calibration_error_weighs_the_gaps_by_count() -> None:
    # bin (.8, .9]: 3 answers at .9, 2/3 right, gap .2333; bin (.1, .2]: 1 at .2, wrong, gap .2
    assert calibration_error([0.9, 0.9, 0.9, 0.2], [True, True, False, False]) == pytest.approx((0.7 + 0.2) / 4)
    assert calibration_error([], []) == 0.0


def test_risk_coverage_takes_the_surest_first_and_ties_together() -> None:
    points = risk_coverage([0.9, 0.5, 0.5, 0.1], [True, False, True, False])
    assert [(p.coverage, p.risk, p.confidence) for p in points] == [
        (0.25, 0.0, 0.9),
        (0.75, pytest.approx(1 / 3), 0.5),
        (1.0, 0.5, 0.1),
    ]


def test_area_under_risk_coverage_averages_the_risk() -> None:
    # .25 * 0 + .5 * 1/3 + .25 * .5
    assert area_under_risk_coverage([0.9, 0.5, 0.5, 0.1], [True, False, True, False]) == pytest.approx(7 / 24)
    assert area_under_risk_coverage([0.9, 0.8], [True, True]) == 0.0
    assert area_under_risk_coverage([], []) == 0.0


def test_refused_at_reads_the_threshold_that_answers_enough() -> None:
    answerable = [0.9, 0.8, 0.7, 0.1]
    # three of four must be answered: the threshold is .7
    assert refused_at(0.75, answerable, [0.6, 0.65, 0.7, 0.95]) == 0.5
    # all four: the threshold is .1
    assert refused_at(0.95, answerable, [0.6, 0.05]) == 0.5
    assert refused_at(0.95, [], [0.6]) == 0.0


def test_percentile_interpolates() -> None:
    assert percentile([10, 20, 30, 40], 0.5) == 25
    assert percentile([], 0.5) == 0.0


def test_a_ratio_sums_before_it_divides() -> None:
    estimate = ratio([Share(1, 1), Share(0, 3)])
    assert estimate.value == 0.25
    assert estimate.n == 4
    assert ratio([]).n == 0


def test_intervals_are_the_same_every_time_and_hold_the_value() -> None:
    shares = [Share(i % 4 > 0) for i in range(200)]
    estimate = ratio(shares)
    assert estimate == ratio(shares)
    assert estimate.low < estimate.value == 0.75 < estimate.high
    # the normal approximation: .75 ± 1.96 * sqrt(.75 * .25 / 200) = ± .06
    assert estimate.high - estimate.low == pytest.approx(0.12, abs=0.02)


def test_a_number_that_never_varies_has_no_width() -> None:
    estimate = ratio([Share(1)] * 30)
    assert (estimate.low, estimate.high) == (1.0, 1.0)


def test_bootstrap_takes_any_statistic_by_index() -> None:
    values = np.arange(101.0)
    estimate = bootstrap(len(values), lambda rows: float(np.median(values[rows])))
    assert estimate.value == 50
    assert 30 < estimate.low < 50 < estimate.high < 70
    assert bootstrap(0, lambda rows: 1.0).n == 0
