// One end's security: its title, keys and counters, and the opening and closing of APDUs with them.
// Keys stay in here; JSON and inspect do not show them.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  covers,
  type Protection,
  protect,
  protectionOf,
  type SecuritySuite,
  titleBytes,
  type UnprotectFault,
  unprotect,
} from './cipher.ts';
import { type CipheredApdu, type CipherForm, formOf } from './ciphered.ts';
import { type CounterStore, type Counters, createCounters } from './counters.ts';
import type { DlmsCrypto } from './crypto.ts';

export type SecurityKeys = {
  /** GUEK. */
  readonly encryptionKey: Uint8Array;
  /** GAK. */
  readonly authenticationKey: Uint8Array;
  /** KEK: wraps what replaces the others. */
  readonly keyEncryptionKey: Uint8Array;
};

export type OpenFault =
  | UnprotectFault
  | 'replay'
  | 'noKey'
  | 'noTitle'
  /** Protected by less than is asked for. */
  | 'policy';

/** How an APDU came, and so how its answer goes. */
export type CipherManner = {
  readonly form: CipherForm;
  readonly protection: Protection;
  readonly suite: SecuritySuite;
};

export const mannerOf = (apdu: CipheredApdu): CipherManner => ({
  form: formOf(apdu.tag),
  protection: protectionOf(apdu.securityControl),
  suite: (apdu.securityControl & 0x0f) === 1 ? 1 : 0,
});

export type SecurityContext = {
  readonly title: Uint8Array;
  readonly suite: SecuritySuite;
  readonly counters: Counters;
  readonly keys: () => SecurityKeys;
  readonly replaceKeys: (keys: Partial<SecurityKeys>) => void;
  /**
   * The same after the next APDU is closed: the answer to a key transfer goes under the old keys.
   */
  readonly stageKeys: (keys: Partial<SecurityKeys>) => void;
  /** Its answer will not be closed any more: the association is gone. */
  readonly takeStaged: () => void;
  /** The inside of what `otherTitle` sent, checked against replay; its counter is then used up. */
  readonly open: (o: OpenContext) => Result<Uint8Array, OpenFault>;
  /** Null when the counters under the key are used up. */
  readonly close: (o: CloseContext) => Uint8Array | null;
};

/** The key of one association: new with each, so what comes under it is counted from the start. */
export type DedicatedKey = { readonly key: Uint8Array; received: number };

export const newDedicatedKey = (key: Uint8Array): DedicatedKey => ({ key, received: -1 });

export type OpenContext = {
  readonly apdu: CipheredApdu;
  /** Of the sender, where the APDU does not carry it. */
  readonly otherTitle: Uint8Array | null;
  readonly dedicated: DedicatedKey | null;
  /** What it must be protected by at least. */
  readonly least: Protection;
};

export type CloseContext = CipherManner & {
  readonly plain: Uint8Array;
  readonly dedicated: DedicatedKey | null;
};

export type SecurityOptions = {
  readonly crypto: DlmsCrypto;
  readonly title: Uint8Array;
  readonly suite: SecuritySuite;
  readonly keys: SecurityKeys;
  readonly counters: CounterStore;
  /** How many counters are reserved at once. */
  readonly stride?: number;
};

export function createSecurity(options: SecurityOptions): SecurityContext {
  const { crypto, title, suite } = options;
  if (title.length !== titleBytes) throw new RangeError('a system title has 8 bytes');
  const counters = createCounters(options.counters, options.stride);
  let { keys } = options;
  let staged: Partial<SecurityKeys> = {};
  const takeStaged = (): void => {
    keys = { ...keys, ...staged };
    staged = {};
  };
  const keyFor = (form: CipherForm, dedicated: DedicatedKey | null): Uint8Array | null =>
    form.key === 'global' ? keys.encryptionKey : (dedicated?.key ?? null);
  return {
    title,
    suite,
    counters,
    keys: () => keys,
    replaceKeys: (changed) => {
      keys = { ...keys, ...changed };
    },
    stageKeys: (changed) => {
      staged = { ...staged, ...changed };
    },
    takeStaged,
    open: ({ apdu, otherTitle, dedicated, least }) => {
      // Before anything is opened: what cannot be checked must not move a counter.
      const protection = protectionOf(apdu.securityControl);
      if (!covers(protection, least)) return err('policy');
      const sender = apdu.title !== null && apdu.title.length > 0 ? apdu.title : otherTitle;
      if (sender === null || sender.length !== titleBytes) return err('noTitle');
      const form = formOf(apdu.tag);
      const key = keyFor(form, dedicated);
      if (key === null) return err('noKey');
      const { authenticationKey } = keys;
      const plain = unprotect(crypto, { apdu, key, authenticationKey, title: sender });
      if (!plain.ok) return plain;
      const { invocationCounter } = apdu;
      const own = form.key === 'dedicated' ? dedicated : null;
      const isFresh =
        own === null ? counters.isFresh(invocationCounter) : invocationCounter > own.received;
      if (!isFresh) return err('replay');
      if (protection === 'none') return ok(plain.value);
      if (own === null) counters.accept(invocationCounter);
      else own.received = invocationCounter;
      return ok(plain.value);
    },
    close: ({ plain, dedicated, form, protection, suite: used }) => {
      const key = keyFor(form, dedicated);
      const invocationCounter = key === null ? null : counters.next();
      if (key === null || invocationCounter === null) return null;
      const { authenticationKey } = keys;
      takeStaged();
      return protect(crypto, {
        key,
        authenticationKey,
        suite: used,
        protection,
        form,
        title,
        invocationCounter,
        plain,
      });
    },
  };
}
