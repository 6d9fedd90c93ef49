"""The sticky bucket of a user: the same in every process, on every machine, for as long as the salt stays."""

from hashlib import sha256

BUCKETS = 10_000


def bucket_of(user_id: str, *, client_id: int, salt: str) -> int:
    """Return the user's bucket, 0 to 9,999.

    The first 8 bytes of SHA-256 over salt, client and user as UTF-8, parted by NUL (which no id can hold),
    as a big-endian integer modulo 10,000. The modulo's bias is below 10⁻¹⁵.
    """
    digest = sha256(f"{salt}\0{client_id}\0{user_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS
