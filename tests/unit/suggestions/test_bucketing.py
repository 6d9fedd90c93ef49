import subprocess
import sys

import pytest

from suggestions.domain.bucketing import BUCKETS, blind_bucket_of, bucket_of

# Computed once and pinned: a changed bucket moves users between engines.
GOLDEN = [
    ("user-1", 1, "salt", 1787),
    ("user-2", 1, "salt", 4102),
    ("user-1", 2, "salt", 3555),
    ("user-1", 1, "pepper", 2637),
    ("Zoë 🙂", 1, "salt", 7649),
]


@pytest.mark.parametrize(("user_id", "client_id", "salt", "bucket"), GOLDEN)
def test_bucket_of__golden_vectors__never_change(
    user_id: str, client_id: int, salt: str, bucket: int
) -> None:
    assert bucket_of(user_id, client_id=client_id, salt=salt) == bucket


def test_bucket_of__another_process_and_hash_seed__same_bucket() -> None:
    call = "bucket_of('user-7', client_id=3, salt='s')"
    code = f"from suggestions.domain.bucketing import bucket_of; print({call})"

    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(other.stdout) == bucket_of("user-7", client_id=3, salt="s")


@pytest.mark.parametrize("percentage", [100, 1_000, 2_500, 5_000])
def test_bucket_of__many_users__the_share_below_a_percentage_is_that_percentage(percentage: int) -> None:
    buckets = [bucket_of(f"user-{number}", client_id=1, salt="salt") for number in range(100_000)]

    share = sum(bucket < percentage for bucket in buckets) / len(buckets)

    assert abs(share - percentage / BUCKETS) < 0.003


def test_bucket_of__parts_that_concatenate_alike__differ() -> None:
    assert bucket_of("2x", client_id=1, salt="s") != bucket_of("x", client_id=12, salt="s")


@pytest.mark.parametrize(
    ("transaction_id", "client_id", "salt", "bucket"),
    [(1, 1, "salt", 2553), (2, 1, "salt", 5694), (1, 2, "salt", 599), (1, 1, "pepper", 196)],
)
def test_blind_bucket_of__golden_vectors__never_change(
    transaction_id: int, client_id: int, salt: str, bucket: int
) -> None:
    assert blind_bucket_of(transaction_id, client_id=client_id, salt=salt) == bucket


@pytest.mark.parametrize("share", [100, 500, 2_000])
def test_blind_bucket_of__many_transactions__that_share_of_them_inside_and_outside_the_canary(
    share: int,
) -> None:
    numbers = range(100_000)
    is_blind = [blind_bucket_of(number, client_id=1, salt="salt") < share for number in numbers]
    is_in_canary = [bucket_of(str(number), client_id=1, salt="salt") < BUCKETS // 2 for number in numbers]

    inside = [blind for blind, canary in zip(is_blind, is_in_canary, strict=True) if canary]
    outside = [blind for blind, canary in zip(is_blind, is_in_canary, strict=True) if not canary]

    for half in (inside, outside):
        assert abs(sum(half) / len(half) - share / BUCKETS) < 0.005
