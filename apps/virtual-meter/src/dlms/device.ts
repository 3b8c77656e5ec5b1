// The logical device of a virtual meter: its objects, its associations with their rights (public,
// reader, management, and in suite 1 management by signatures), its security and what of it is
// kept.

import {
  type AssociationProfile,
  type CounterStore,
  createSecurity,
  type LogicalDevice,
  type RightsQuestion,
  type SecurityKeys,
  securitySetup,
} from '@prewatt/dlms';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { DlmsIdentity } from './identity-store.ts';
import type { MeterFace } from './meter-face.ts';
import { measuringObjects, names, textBytes } from './objects.ts';
import { paymentObjects } from './payment-objects.ts';

export const clientSaps = { public: 16, reader: 17, management: 1, signed: 2 } as const;
const deviceSap = 1;
const maxPduSize = 2048;

/** What anybody may see: who the meter is, what time it has, where its counter stands. */
const publicNames: readonly string[] = [
  '0.0.42.0.0.255',
  '0.0.41.0.0.255',
  '0.0.40.0.0.255',
  '0.0.43.1.0.255',
  names.clock,
];

const nobodysKeys = ({ logicalName, kind }: RightsQuestion): boolean =>
  kind === 'read' && logicalName !== '0.0.43.0.0.255';

function profilesOf(identity: DlmsIdentity): AssociationProfile[] {
  const { readerPassword } = identity;
  const none = new Uint8Array(0);
  return [
    {
      name: 'public',
      clientSap: clientSaps.public,
      mechanism: 'none',
      secret: none,
      protection: 'none',
      rights: ({ kind, logicalName }) => kind === 'read' && publicNames.includes(logicalName),
    },
    {
      name: 'reader',
      clientSap: clientSaps.reader,
      mechanism: 'low',
      secret: textBytes(readerPassword),
      protection: 'none',
      rights: nobodysKeys,
    },
    {
      name: 'management',
      clientSap: clientSaps.management,
      mechanism: 'gmac',
      secret: none,
      protection: 'authenticatedEncrypted',
      rights: () => true,
    },
    ...signedProfile(identity),
  ];
}

function signedProfile({ meterSigningKey, clientPublicKey }: DlmsIdentity): AssociationProfile[] {
  if (meterSigningKey === undefined || clientPublicKey === undefined) return [];
  return [
    {
      ...{ name: 'signed', clientSap: clientSaps.signed, mechanism: 'ecdsa' },
      secret: new Uint8Array(0),
      privateKey: Uint8Array.fromHex(meterSigningKey),
      publicKey: Uint8Array.fromHex(clientPublicKey),
      ...{ protection: 'authenticatedEncrypted', rights: () => true },
    },
  ];
}

export type DeviceDeps = {
  readonly meter: MeterFace;
  readonly identity: DlmsIdentity;
  /** To be on the disk when it returns: what is sent next uses it. */
  readonly keep: (identity: DlmsIdentity) => void;
};

export type Device = {
  readonly device: LogicalDevice;
  readonly keepCounters: (counters: CounterStore) => void;
};

export function createDevice({ meter, identity: first, keep }: DeviceDeps): Device {
  let identity = first;
  const change = (changed: Partial<DlmsIdentity>) => {
    identity = { ...identity, ...changed };
    keep(identity);
  };
  const security = createSecurity({
    crypto: nodeCrypto,
    title: Uint8Array.fromHex(identity.systemTitle),
    suite: identity.securitySuite,
    keys: {
      encryptionKey: Uint8Array.fromHex(identity.encryptionKey),
      authenticationKey: Uint8Array.fromHex(identity.authenticationKey),
      keyEncryptionKey: Uint8Array.fromHex(identity.keyEncryptionKey),
    },
    counters: identity,
  });
  const setup = securitySetup({
    security,
    crypto: nodeCrypto,
    policy: () => identity.securityPolicy,
    onPolicy: (securityPolicy) => change({ securityPolicy }),
    onKeys: (keys: Partial<SecurityKeys>) =>
      change(Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.toHex()]))),
  });
  const device: LogicalDevice = {
    sap: deviceSap,
    name: `PWT${meter.state().config.meterPan.slice(-13)}`,
    objects: [...measuringObjects(meter), ...paymentObjects(meter), setup],
    associations: profilesOf(identity),
    security,
    maxPduSize,
  };
  return { device, keepCounters: change };
}
