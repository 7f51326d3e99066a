"""Chance that depends on what it is for, never on when it is asked."""

from __future__ import annotations

import pytest

from mcf.simulator.chance import Dice, derive, poisson, spell


def test_a_stream_is_the_same_for_the_same_seed_and_concern() -> None:
    assert derive(7, "stock", "US").random() == derive(7, "stock", "US").random()
    assert derive(7, "stock", "US").random() != derive(7, "stock", "CA").random()
    assert derive(7, "stock", "US").random() != derive(8, "stock", "US").random()


def test_dice_are_the_same_for_the_same_seed_and_concern() -> None:
    one, other = Dice(7, "parcel", 3), Dice(7, "parcel", 3)

    assert [one.below(6) for _ in range(9)] == [other.below(6) for _ in range(9)]


def test_a_throw_lies_below_its_number() -> None:
    throws = [Dice(7, number).below(6) for number in range(500)]

    assert set(throws) == {0, 1, 2, 3, 4, 5}
    assert all(0 <= Dice(7, number).uniform() < 1 for number in range(500))


def test_digits_and_letters_have_the_length_asked_for() -> None:
    dice = Dice(7, "text")

    assert len(dice.digits(10)) == 10
    assert dice.digits(3).isdecimal()
    assert set(dice.spell("ab", 12)) <= {"a", "b"}
    assert len(spell(derive(7), "xyz", 9)) == 9


@pytest.mark.parametrize(
    ("uniform", "mean", "count"), [(0.0, 3, 0), (0.5, 3, 3), (1 - 2**-53, 3, 26)]
)
def test_arrivals_follow_their_mean(uniform: float, mean: float, count: int) -> None:
    assert poisson(uniform, mean) == count
