// What a meter needs to be read by DLMS: its system title, keys and secrets, and how far its
// invocation counters are. One file for each, for its owner only; made with chance on the first
// start.

import { authenticatedEncryptedPolicy, newCounters } from '@prewatt/dlms';
import { publicKeyFor } from '@prewatt/dlms/node-crypto';
import { z } from 'zod';
import { createIdentityFiles, type IdentityFiles } from '../identity-files.ts';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

const identity = z.strictObject({
  systemTitle: hex(8),
  encryptionKey: hex(16),
  authenticationKey: hex(16),
  keyEncryptionKey: hex(16),
  readerPassword: z.string().min(8).max(64),
  securitySuite: z.union([z.literal(0), z.literal(1)]).default(0),
  /** Of suite 1: the head-end's private key, as it is handed over; the meter's; both publics. */
  signingKey: hex(32).optional(),
  clientPublicKey: hex(64).optional(),
  meterSigningKey: hex(32).optional(),
  meterPublicKey: hex(64).optional(),
  /** Of its security setup, as attribute 2 says it. */
  securityPolicy: z.number().int().default(authenticatedEncryptedPolicy),
  sendFrom: z.number().int().min(0),
  received: z.number().int().min(-1),
});

/** Keys in hexadecimal, as a person copies them into a head-end. */
export type DlmsIdentity = z.output<typeof identity>;

export type IdentityStore = IdentityFiles<DlmsIdentity>;

export const createIdentityStore = (
  folder: string,
  random: (count: number) => Uint8Array,
  securitySuite: 0 | 1,
): IdentityStore =>
  createIdentityFiles(folder, {
    ...{ suffix: 'dlms.json', protocol: 'DLMS', schema: identity },
    make: (meterPan) => newIdentity(meterPan, random, securitySuite),
  });

const maker = Uint8Array.of(0x50, 0x57, 0x54);

/** The maker's three letters, then the last ten digits of the meter's number. */
function newIdentity(
  meterPan: string,
  random: (count: number) => Uint8Array,
  securitySuite: 0 | 1,
): DlmsIdentity {
  return {
    systemTitle: `${maker.toHex()}${meterPan.slice(-10)}`,
    encryptionKey: random(16).toHex(),
    authenticationKey: random(16).toHex(),
    keyEncryptionKey: random(16).toHex(),
    readerPassword: random(8).toHex(),
    securityPolicy: authenticatedEncryptedPolicy,
    securitySuite,
    ...(securitySuite === 1 ? signingKeys(random) : {}),
    ...newCounters,
  };
}

function signingKeys(random: (count: number) => Uint8Array) {
  const [client, meter] = [random(32), random(32)];
  return {
    ...{ signingKey: client.toHex(), clientPublicKey: publicKeyFor(client).toHex() },
    ...{ meterSigningKey: meter.toHex(), meterPublicKey: publicKeyFor(meter).toHex() },
  };
}
