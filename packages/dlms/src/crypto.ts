// The cryptography that is handed in: primitives only, no keys and no randomness of its own. An
// adapter for Node stands in ../node/crypto.ts; a module that holds keys itself can be another.

export type DlmsCrypto = {
  /** AES-GCM: ciphertext and a tag of 12 bytes. `iv` has 12 bytes, `key` 16. */
  readonly seal: (o: SealInput) => Uint8Array;
  /** The plaintext, or null where the tag is not right. */
  readonly open: (o: OpenInput) => Uint8Array | null;
  /** RFC 3394. */
  readonly wrapKey: (kek: Uint8Array, key: Uint8Array) => Uint8Array;
  /** Null where the wrapped key is not of this key encryption key. */
  readonly unwrapKey: (kek: Uint8Array, wrapped: Uint8Array) => Uint8Array | null;
  readonly hash: (algorithm: HashAlgorithm, bytes: Uint8Array) => Uint8Array;
  /** ECDSA with P-256 and SHA-256: r and s, 64 bytes. The key has 32 bytes. */
  readonly sign: (privateKey: Uint8Array, bytes: Uint8Array) => Uint8Array;
  /** The key is the point without a prefix, 64 bytes. */
  readonly verify: (o: VerifyInput) => boolean;
};

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';

export type SealInput = {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
};

export type OpenInput = {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array;
};

export type VerifyInput = {
  readonly publicKey: Uint8Array;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
};

/** Bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;
