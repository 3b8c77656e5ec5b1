// The cryptography that is handed in: SHA-256 and Ed25519, no keys of its own. An adapter for Node
// stands in ../node/crypto.ts; a browser or a hardware module can be another.

/** 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Ed25519 (RFC 8032) under one private key: 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array;

/** Ed25519; `publicKey` has 32 bytes. False for anything that is no key or no signature. */
export type VerifySignature = (o: {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}) => boolean;

export type NoteCrypto = { readonly sha256: Sha256; readonly verify: VerifySignature };
