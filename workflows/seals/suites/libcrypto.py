"""SM2 out of the system's libcrypto, called directly: the usual Python libraries hash with SM3 but do not know SM2.

Every pointer that libcrypto hands out is freed here, and every return value is looked at. Nothing above this module
sees a C type.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_ulong, c_void_p
from functools import lru_cache

from workflows.seals.errors import SuiteNotOffered

NAMES = ("libcrypto.so.3", "libcrypto.3.dylib")
"""OpenSSL 3, or a library that takes its place."""
ALGORITHM = b"SM2"
SIGNER = b"1234567812345678"
"""The distinguishing identifier of every signer (GB/T 35276-2017 clause 10): part of what is signed."""
BIO_CTRL_INFO = 3

_SIGNATURES = {
    "BIO_new": (c_void_p, [c_void_p]),
    "BIO_s_mem": (c_void_p, []),
    "BIO_new_mem_buf": (c_void_p, [c_char_p, c_int]),
    "BIO_ctrl": (c_long, [c_void_p, c_int, c_long, c_void_p]),
    "BIO_free_all": (None, [c_void_p]),
    "ERR_get_error": (c_ulong, []),
    "ERR_error_string_n": (None, [c_ulong, c_char_p, c_size_t]),
    "ERR_clear_error": (None, []),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, [c_void_p, c_char_p, c_char_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_set1_id": (c_int, [c_void_p, c_char_p, c_int]),
    "EVP_PKEY_keygen_init": (c_int, [c_void_p]),
    "EVP_PKEY_generate": (c_int, [c_void_p, c_void_p]),
    "EVP_PKEY_is_a": (c_int, [c_void_p, c_char_p]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_MD_CTX_new": (c_void_p, []),
    "EVP_MD_CTX_free": (None, [c_void_p]),
    "EVP_DigestSignInit_ex": (c_int, [c_void_p, c_void_p, c_char_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "EVP_DigestSign": (c_int, [c_void_p, c_void_p, c_void_p, c_char_p, c_size_t]),
    "EVP_DigestVerifyInit_ex": (c_int, [c_void_p, c_void_p, c_char_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "EVP_DigestVerify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "EVP_aes_256_cbc": (c_void_p, []),
    "d2i_PUBKEY": (c_void_p, [c_void_p, c_void_p, c_long]),
    "i2d_PUBKEY": (c_int, [c_void_p, c_void_p]),
    "PEM_read_bio_PrivateKey": (c_void_p, [c_void_p, c_void_p, c_void_p, c_char_p]),
    "PEM_write_bio_PKCS8PrivateKey": (c_int, [c_void_p, c_void_p, c_void_p, c_char_p, c_int, c_void_p, c_void_p]),
}


class Refused(ValueError):
    """libcrypto would not do it; says what it said. A wrong secret and a damaged key both end here."""


class PrivateKey:
    """An opened SM2 key. It is freed with this object and never copied out in the clear."""

    def __init__(self, pointer: int) -> None:
        self._pointer = pointer

    def __del__(self) -> None:
        if self._pointer:
            library().EVP_PKEY_free(self._pointer)
            self._pointer = 0

    def sign(self, data: bytes) -> bytes:
        """SM2 with SM3 over the data, signer's identity included (GB/T 32918.2): DER of r and s. Raises Refused."""
        crypto = library()
        with _digest(crypto, crypto.EVP_DigestSignInit_ex, self._pointer) as context:
            size = c_size_t()
            _done(crypto.EVP_DigestSign(context, None, byref(size), data, len(data)))
            signature = (c_ubyte * size.value)()
            _done(crypto.EVP_DigestSign(context, signature, byref(size), data, len(data)))
        return bytes(signature[: size.value])

    def public_info(self) -> bytes:
        """DER of SubjectPublicKeyInfo."""
        crypto = library()
        der = (c_ubyte * _done(crypto.i2d_PUBKEY(self._pointer, None)))()
        _done(crypto.i2d_PUBKEY(self._pointer, byref(c_void_p(ctypes.addressof(der)))))
        return bytes(der)

    def locked(self, secret: bytes) -> bytes:
        """PEM of an encrypted PKCS#8 (PBES2, AES-256)."""
        crypto = library()
        out = _there(crypto.BIO_new(crypto.BIO_s_mem()))
        try:
            cipher = crypto.EVP_aes_256_cbc()
            _done(crypto.PEM_write_bio_PKCS8PrivateKey(out, self._pointer, cipher, secret, len(secret), None, None))
            start = c_void_p()
            size = crypto.BIO_ctrl(out, BIO_CTRL_INFO, 0, byref(start))
            return ctypes.string_at(start.value or 0, size)
        finally:
            crypto.BIO_free_all(out)


def generate() -> PrivateKey:
    """A new SM2 key. Raises SuiteNotOffered."""
    crypto = library()
    context = _there(crypto.EVP_PKEY_CTX_new_from_name(None, ALGORITHM, None))
    try:
        _done(crypto.EVP_PKEY_keygen_init(context))
        pointer = c_void_p()
        _done(crypto.EVP_PKEY_generate(context, byref(pointer)))
    finally:
        crypto.EVP_PKEY_CTX_free(context)
    return PrivateKey(_there(pointer.value))


def unlocked(pem: bytes, secret: bytes) -> PrivateKey:
    """Open an encrypted key. Raises Refused when `secret` does not open it or it is no SM2 key."""
    if b"\0" in secret:
        raise Refused("a secret holds no zero byte")  # C would read it only as far as there
    crypto = library()
    source = _there(crypto.BIO_new_mem_buf(pem, len(pem)))
    try:
        key = PrivateKey(_there(crypto.PEM_read_bio_PrivateKey(source, None, None, secret)))
    finally:
        crypto.BIO_free_all(source)
    if crypto.EVP_PKEY_is_a(key._pointer, ALGORITHM) != 1:
        raise Refused("not an SM2 key")
    return key


def verifies(public_info: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature over the data is of that key (DER of SubjectPublicKeyInfo). Raises Refused: no SM2 key."""
    crypto = library()
    start = ctypes.create_string_buffer(public_info, len(public_info))
    pointer = _there(crypto.d2i_PUBKEY(None, byref(c_void_p(ctypes.addressof(start))), len(public_info)))
    try:
        if crypto.EVP_PKEY_is_a(pointer, ALGORITHM) != 1:
            raise Refused("not an SM2 key")
        with _digest(crypto, crypto.EVP_DigestVerifyInit_ex, pointer) as context:
            answer = crypto.EVP_DigestVerify(context, signature, len(signature), data, len(data))
    finally:
        crypto.EVP_PKEY_free(pointer)
        crypto.ERR_clear_error()  # a signature that does not even parse leaves a note behind
    return bool(answer == 1)


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """The system's libcrypto, ready for SM2. Raises SuiteNotOffered."""
    crypto = _loaded()
    try:
        for name, (answer, arguments) in _SIGNATURES.items():
            function = getattr(crypto, name)
            function.restype, function.argtypes = answer, arguments
    except AttributeError as missing:
        raise SuiteNotOffered(suite="sm2", why=f"the system's libcrypto is too old: {missing}") from missing
    context = crypto.EVP_PKEY_CTX_new_from_name(None, ALGORITHM, None)
    if not context:
        raise SuiteNotOffered(suite="sm2", why=f"the system's libcrypto was built without SM2: {_said(crypto)}")
    crypto.EVP_PKEY_CTX_free(context)
    return crypto


def _loaded() -> ctypes.CDLL:
    for name in NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise SuiteNotOffered(suite="sm2", why=f"the system has no {' and no '.join(NAMES)}")


@contextmanager
def _digest(crypto: ctypes.CDLL, begin: Callable[..., int], key: int) -> Iterator[int]:
    """A signing or verifying in progress, with SM3 and the signer's identity set."""
    context = _there(crypto.EVP_MD_CTX_new())
    try:
        inner = c_void_p()  # belongs to the context and is freed with it
        _done(begin(context, byref(inner), b"SM3", None, None, key, None))
        _done(crypto.EVP_PKEY_CTX_set1_id(inner, SIGNER, len(SIGNER)))
        yield context
    finally:
        crypto.EVP_MD_CTX_free(context)


def _done(answer: int) -> int:
    if answer <= 0:
        raise Refused(_said(library()))
    return answer


def _there(pointer: int | None) -> int:
    if not pointer:
        raise Refused(_said(library()))
    return pointer


def _said(crypto: ctypes.CDLL) -> str:
    """The oldest complaint of this thread; the rest is cleared."""
    words = ctypes.create_string_buffer(256)
    crypto.ERR_error_string_n(crypto.ERR_get_error(), words, len(words))
    crypto.ERR_clear_error()
    return words.value.decode(errors="replace")
