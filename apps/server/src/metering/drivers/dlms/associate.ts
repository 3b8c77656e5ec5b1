// The association with a meter: how the server is let in, which counter it goes on from, and
// whether the meter is the one that was linked.

import type { Duplex } from 'node:stream';
import {
  type CounterStore,
  createSecurity,
  type DlmsClientOptions,
  serverAddress,
  wholeOf,
} from '@prewatt/dlms';
import { attributeOf, dataClass } from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { LinkRow } from './link-store.ts';
import type { DlmsSecrets } from './secrets.ts';
import { createSession, type DlmsSession, type SessionLimits } from './session.ts';
import { readOne } from './values.ts';

/** What of a link an association goes by. */
export type Associating = Pick<
  LinkRow,
  | 'authentication'
  | 'suite'
  | 'framing'
  | 'clientSap'
  | 'serverSap'
  | 'clientTitle'
  | 'serverTitle'
  | 'counters'
  | 'countersKnown'
>;

export type AssociateOptions = {
  readonly row: Associating;
  readonly socket: Duplex;
  readonly secrets: DlmsSecrets;
  readonly random: RandomBytes;
  readonly limits: SessionLimits;
  readonly keepCounters: (counters: CounterStore) => Promise<void>;
};

export type Associated = {
  readonly session: DlmsSession;
  readonly serverTitle: Uint8Array | null;
  /** The counter of the meter was asked for. */
  readonly countersKnown: boolean;
};

/** Client of anybody: it sees the counter, and little else. */
const publicSap = 16;
const counterName = '0.0.43.1.0.255';
/** Half of all counters: a meter that says more is not believed. */
const mostBelieved = 0x7fff_ffff;

export async function associate(o: AssociateOptions): Promise<Result<Associated, DriverFault>> {
  const { row } = o;
  const usesCounters = hasKeys(row.authentication);
  let counters = row.counters;
  let countersKnown = row.countersKnown;
  const askMeter = async (): Promise<void> => {
    countersKnown = true;
    const next = await askCounter(o);
    // What is told in clear may be a lie: it only ever moves forward, and never near the end.
    if (next === null || next > mostBelieved) return;
    counters = { ...counters, sendFrom: Math.max(counters.sendFrom, next) };
  };
  if (usesCounters && !countersKnown) await askMeter();
  for (let isSecond = false; ; isSecond = true) {
    const before = counters.sendFrom;
    const session = createSession({
      ...{ socket: o.socket, limits: o.limits, keepCounters: o.keepCounters },
      client: { ...clientOptions(o, counters), random: o.random, crypto: nodeCrypto },
    });
    const opened = await session.open();
    if (opened.ok) {
      const { serverTitle } = opened.value;
      if (isOther(serverTitle, row.serverTitle)) {
        await session.release();
        return err('otherMeter');
      }
      return ok({ session, serverTitle, countersKnown });
    }
    await session.release();
    const isRefusal = opened.error === 'notLetIn' || typeof opened.error !== 'string';
    const fault = typeof opened.error === 'string' ? opened.error : 'notLetIn';
    if (!usesCounters || isSecond || !isRefusal || o.socket.destroyed) return err(fault);
    // Somebody else may have used the key since: the meter says how far it is.
    await askMeter();
    if (counters.sendFrom === before) return err(fault);
  }
}

/** Its associations are authenticated and encrypted under keys, and counted. */
export const hasKeys = (authentication: Associating['authentication']): boolean =>
  authentication === 'gmac' || authentication === 'ecdsa';

const isOther = (said: Uint8Array | null, linked: Uint8Array | null): boolean =>
  said !== null && linked !== null && !Buffer.from(said).equals(linked);

function clientOptions(
  { row, secrets }: AssociateOptions,
  counters: CounterStore,
): Omit<DlmsClientOptions, 'random' | 'crypto'> {
  const { clientSap, serverSap } = row;
  const common = { clientSap, serverSap, transport: transportOf(row) };
  switch (row.authentication) {
    case 'none':
      return { ...common, security: null, authentication: { mechanism: 'none' } };
    case 'low': {
      const secret = new TextEncoder().encode(secrets.password ?? '');
      return { ...common, security: null, authentication: { mechanism: 'low', secret } };
    }
    default: {
      const encryptionKey = Uint8Array.fromHex(secrets.encryptionKey ?? '');
      const context = createSecurity({
        crypto: nodeCrypto,
        title: new Uint8Array(row.clientTitle),
        suite: row.suite,
        keys: {
          encryptionKey,
          authenticationKey: Uint8Array.fromHex(secrets.authenticationKey ?? ''),
          // The server changes no keys of meters.
          keyEncryptionKey: new Uint8Array(encryptionKey.length),
        },
        counters,
      });
      const protection = 'authenticatedEncrypted' as const;
      return {
        ...common,
        authentication:
          row.authentication === 'ecdsa' ? signaturesOf(secrets) : { mechanism: 'gmac' },
        security: { context, protection, general: false, dedicated: false },
      };
    }
  }
}

const signaturesOf = ({ signingKey, meterPublicKey }: DlmsSecrets) => ({
  mechanism: 'ecdsa' as const,
  privateKey: Uint8Array.fromHex(signingKey ?? ''),
  publicKey: Uint8Array.fromHex(meterPublicKey ?? ''),
});

const transportOf = ({ framing, serverSap }: Associating): DlmsClientOptions['transport'] =>
  framing === 'wrapper'
    ? { kind: 'wrapper' }
    : { kind: 'hdlc', address: serverAddress(serverSap), retries: 2 };

/** The counter to go on from, as the meter tells anybody; null where it does not. */
async function askCounter(o: AssociateOptions): Promise<number | null> {
  const session = createSession({
    ...{ socket: o.socket, limits: o.limits, keepCounters: async () => {} },
    client: {
      ...{ clientSap: publicSap, serverSap: o.row.serverSap, transport: transportOf(o.row) },
      ...{ security: null, authentication: { mechanism: 'none' }, random: o.random },
      crypto: nodeCrypto,
    },
  });
  const opened = await session.open();
  const read = opened.ok
    ? await readOne(session, attributeOf(dataClass, counterName, 'value'))
    : null;
  await session.release();
  const value = read?.ok === true && read.value.ok ? wholeOf(read.value.value) : null;
  return value === null ? null : Number(value) + 1;
}
