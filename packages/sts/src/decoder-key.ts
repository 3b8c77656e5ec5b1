// One meter's key as an opaque object, with its cipher ready. `cipherOf` is for this package only.

import { createEa11 } from './misty1.ts';
import { err, ok, type Result } from './result.ts';
import { createSecretKind } from './secret.ts';
import { type BlockCipher, createEa07 } from './sta.ts';

declare const decoderKeyBrand: unique symbol;

/** One meter's secret: 8 bytes (EA07) or 16 (EA11). Opaque: prints as `[secret]`. */
export type DecoderKey = { readonly [decoderKeyBrand]: true };

/** Encryption algorithms that this package issues and reads. */
export type EncryptionAlgorithm = 'ea07' | 'ea11';

type DecoderKeyMaterial = {
  readonly ea: EncryptionAlgorithm;
  readonly bytes: Uint8Array;
  readonly cipher: BlockCipher;
};

const decoderKeys = createSecretKind<DecoderKey, DecoderKeyMaterial>();

/** Takes a decoder key of 8 bytes (EA07) or 16 (EA11), copied. Error: keyLength. Clause 6.5.2. */
export function decoderKeyFromBytes(bytes: Uint8Array): Result<DecoderKey, 'keyLength'> {
  if (bytes.length !== 8 && bytes.length !== 16) return err('keyLength');
  const copy = Uint8Array.from(bytes);
  return ok(
    bytes.length === 8
      ? decoderKeys.seal({ ea: 'ea07', bytes: copy, cipher: createEa07(copy) })
      : decoderKeys.seal({ ea: 'ea11', bytes: copy, cipher: createEa11(copy) }),
  );
}

function openDecoderKey(key: DecoderKey): DecoderKeyMaterial {
  const material = decoderKeys.open(key);
  if (material === null) throw new TypeError('no decoder key');
  return material;
}

/**
 * The bytes of a decoder key (a copy), for the file that a factory injects into a meter, and
 * nothing else. Clause 6.5.2.
 */
export function decoderKeyBytes(key: DecoderKey): Uint8Array {
  return Uint8Array.from(openDecoderKey(key).bytes);
}

/** The encryption algorithm that a decoder key is for (clause 6.1.5). */
export function decoderKeyAlgorithm(key: DecoderKey): EncryptionAlgorithm {
  return openDecoderKey(key).ea;
}

/** The keyed cipher; inside this package only. */
export function cipherOf(key: DecoderKey): BlockCipher {
  return openDecoderKey(key).cipher;
}
