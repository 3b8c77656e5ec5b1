// The secrets of rails (payment providers, message gateways, mail, notifications in browsers) at
// rest: one part of the secrets file, sealed under the master key as vending keys are. The key may
// lie in a file of its own, so that neither file alone says anything.

import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@prewatt/quantities';
import { open, seal } from './seal.ts';

/** The entries of a secrets file that hold what others gave us to reach them. */
export const railNames = ['paymentProviders', 'messageGateways', 'mail', 'webPush'] as const;

export type SecretsFile = Readonly<Record<string, unknown>>;

/** Each with what a person reads after "secrets file: ". */
export const sealedRailsRefusals = {
  noMasterKey: 'masterKey: 32 bytes in base64',
  twoMasterKeys: 'masterKey: it stands here and in PREWATT_MASTER_KEY_FILE; keep one of them',
  masterKeyUnreadable: 'PREWATT_MASTER_KEY_FILE: cannot be read as 32 bytes in base64',
  doesNotOpen: 'sealedRails: does not open under this master key',
  sealedAndPlain: 'sealedRails: an entry stands in it and beside it; run prewatt rails seal again',
} as const;
export type SealedRailsRefusal = keyof typeof sealedRailsRefusals;

const bound = 'secrets of rails';
/** A nonce and a tag: less is no seal of ours. */
const leastBytes = 28;

/** The master key of a secrets file, or of the file that holds it apart. */
export function masterKeyOf(
  file: SecretsFile,
  keyFile: string | undefined,
): Result<Buffer, SealedRailsRefusal> {
  if (keyFile === undefined) {
    const key = keyIn(file['masterKey']);
    return key === null ? err('noMasterKey') : ok(key);
  }
  if (file['masterKey'] !== undefined) return err('twoMasterKeys');
  const key = keyIn(textOf(keyFile));
  return key === null ? err('masterKeyUnreadable') : ok(key);
}

/** The file as the server uses it: nothing sealed, and the master key in its place. */
export function openRails(
  file: SecretsFile,
  keyFile: string | undefined,
): Result<SecretsFile, SealedRailsRefusal> {
  const key = masterKeyOf(file, keyFile);
  if (!key.ok) return key;
  const rails = sealedIn(file, key.value);
  if (!rails.ok) return rails;
  const { sealedRails: _, ...plain } = file;
  if (Object.keys(rails.value).some((name) => plain[name] !== undefined)) {
    return err('sealedAndPlain');
  }
  return ok({ ...plain, ...rails.value, masterKey: key.value.toString('base64') });
}

export type Sealed = {
  readonly file: SecretsFile;
  /** Entries that stood plainly in the file until now. */
  readonly names: readonly string[];
};

/**
 * The file with all of its rails sealed: those that stand in it plainly take the place of sealed
 * ones of the same name, the others stay as they are.
 */
export function sealRails(file: SecretsFile, key: Buffer): Result<Sealed, 'doesNotOpen'> {
  const before = sealedIn(file, key);
  if (!before.ok) return before;
  const { sealedRails, ...all } = file;
  const names = railNames.filter((name) => all[name] !== undefined);
  if (names.length === 0) return ok({ file, names });
  const rails = { ...before.value, ...Object.fromEntries(names.map((name) => [name, all[name]])) };
  const others = Object.entries(all).filter(([name]) => !names.some((each) => each === name));
  return ok({ file: { ...Object.fromEntries(others), sealedRails: closed(rails, key) }, names });
}

/** The same rails under another master key; the key itself is not put into the file. */
export function resealRails(
  file: SecretsFile,
  keys: { readonly from: Buffer; readonly to: Buffer },
): Result<SecretsFile, 'doesNotOpen'> {
  if (file['sealedRails'] === undefined) return ok(file);
  const rails = sealedIn(file, keys.from);
  return rails.ok ? ok({ ...file, sealedRails: closed(rails.value, keys.to) }) : rails;
}

const closed = (rails: SecretsFile, key: Buffer): string =>
  seal(key, bound, Buffer.from(JSON.stringify(rails))).toString('base64');

/** What is sealed in a file; nothing where it has nothing sealed. */
function sealedIn({ sealedRails }: SecretsFile, key: Buffer): Result<SecretsFile, 'doesNotOpen'> {
  if (sealedRails === undefined) return ok({});
  const sealed = Buffer.from(typeof sealedRails === 'string' ? sealedRails : '', 'base64');
  const plain = sealed.length < leastBytes ? null : open(key, bound, sealed);
  return plain === null ? err('doesNotOpen') : ok(JSON.parse(plain.toString('utf8')));
}

function keyIn(text: unknown): Buffer | null {
  const key = typeof text === 'string' ? Buffer.from(text.trim(), 'base64') : null;
  return key?.length === 32 ? key : null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
