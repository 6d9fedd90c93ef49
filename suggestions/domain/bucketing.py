"""The sticky buckets of users and transactions: the same in every process, for as long as the salt stays."""

from hashlib import sha256

BUCKETS = 10_000


def bucket_of(user_id: str, *, client_id: int, salt: str) -> int:
    """Return the user's bucket, 0 to 9,999.

    The first 8 bytes of SHA-256 over salt, client and user as UTF-8, parted by NUL (which no id can hold),
    as a big-endian integer modulo 10,000. The modulo's bias is below 10⁻¹⁵.
    """
    return _bucket(salt, str(client_id), user_id)


def blind_bucket_of(transaction_id: int, *, client_id: int, salt: str) -> int:
    """Return the transaction's bucket for the blind slice, 0 to 9,999.

    The word before the client's id, which is a number, keeps it apart from every user's bucket: a blind
    transaction may be anybody's, inside the canary and outside.
    """
    return _bucket(salt, "blind", str(client_id), str(transaction_id))


def _bucket(*parts: str) -> int:
    digest = sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS
