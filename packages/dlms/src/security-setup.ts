// The security setup (class 64) of a device whose security context is ours: its suite and titles,
// its policy, which is only ever raised, and the transfer of new keys, wrapped under the key
// encryption key (RFC 3394). All keys of a transfer, or none.

import { noBytes } from './bytes.ts';
import { type keyIds, securitySetupClass } from './classes/association.ts';
import { type CosemObject, implement } from './cosem-object.ts';
import type { DlmsCrypto } from './crypto.ts';
import type { SecurityContext, SecurityKeys } from './security-context.ts';
import type { AccessResult } from './services.ts';

const keyNames: readonly (readonly [keyof typeof keyIds, keyof SecurityKeys])[] = [
  ['globalUnicast', 'encryptionKey'],
  ['authentication', 'authenticationKey'],
  ['keyEncryption', 'keyEncryptionKey'],
];

/** Requests authenticated, encrypted; answers authenticated, encrypted. */
export const authenticatedEncryptedPolicy = 0x6c;
const policyBits = authenticatedEncryptedPolicy;

export type SecuritySetupOptions = {
  readonly security: SecurityContext;
  readonly crypto: DlmsCrypto;
  /** The policy as attribute 2 says it: bits 2, 3 for requests, 5, 6 for answers. */
  readonly policy: () => number;
  /** A higher one to store; absent: it stays as it is. */
  readonly onPolicy?: (policy: number) => void;
  /** Keys to store; the context takes them up once the answer is on its way. */
  readonly onKeys: (keys: Partial<SecurityKeys>) => void;
};

export function securitySetup(options: SecuritySetupOptions): CosemObject {
  const { security, crypto, policy, onPolicy, onKeys } = options;
  return implement(securitySetupClass, '0.0.43.0.0.255', {
    read: {
      securityPolicy: policy,
      securitySuite: () => security.suite,
      clientSystemTitle: () => noBytes,
      serverSystemTitle: () => security.title,
    },
    methods: {
      // What each association asks for at least is fixed by its profile, whatever stands here.
      securityActivate: (asked) => {
        const present = policy();
        const wanted = asked === 'nothing' ? 0 : asked;
        if ((wanted | policyBits) !== policyBits || (wanted & present) !== present) {
          return 'otherReason';
        }
        if (wanted === present) return 'success';
        if (onPolicy === undefined) return 'otherReason';
        onPolicy(wanted);
        return 'success';
      },
      keyTransfer: (transfers): AccessResult => {
        const keys: Partial<Record<keyof SecurityKeys, Uint8Array>> = {};
        for (const { keyId, keyWrapped } of transfers) {
          const name = keyNames.find(([id]) => id === keyId)?.[1];
          const kek = security.keys().keyEncryptionKey;
          const key = name === undefined ? null : crypto.unwrapKey(kek, keyWrapped);
          if (name === undefined || key?.length !== 16) return 'otherReason';
          keys[name] = key;
        }
        security.stageKeys(keys);
        onKeys(keys);
        return 'success';
      },
    },
  });
}
