// Other keys for a meter, at the meter: transferred by its security setup (class 64), wrapped under
// the key that the meter has for that (RFC 3394), and its policy raised where that was asked for.

import type { AccessResult } from '@prewatt/dlms';
import { authenticatedEncryptedPolicy } from '@prewatt/dlms';
import {
  attributeOf,
  keyIds,
  methodOf,
  securitySetupClass,
  writeParameter,
} from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { DriverFault } from '@prewatt/protocol';
import { isoOf, ok, type Result } from '@prewatt/quantities';
import type { Database } from '../../../base/database.ts';
import { isNewPair, type KeyChange, type NewKeys, type Pair, partsToSend } from './key-change.ts';
import { keepKeyChange, keepWrappingKey, settleKeys } from './key-change-store.ts';
import type { LinkRow } from './link-store.ts';
import type { DlmsModel } from './model.ts';
import { type DlmsSecrets, openNext } from './secrets.ts';
import type { DlmsSession } from './session.ts';
import { invoke, readOne, valueIn } from './values.ts';

type Setup = NonNullable<DlmsModel['securitySetup']>;

const idOf = {
  encryptionKey: keyIds.globalUnicast,
  authenticationKey: keyIds.authentication,
  keyEncryptionKey: keyIds.keyEncryption,
} as const;

/** What the meter answers; it has the keys from its answer on. */
export function transferKeys(
  session: DlmsSession,
  setup: Setup,
  o: {
    readonly wrappingKey: string;
    readonly keys: Readonly<Partial<Record<keyof typeof idOf, string>>>;
  },
): Promise<Result<AccessResult, DriverFault>> {
  const wrappingKey = Uint8Array.fromHex(o.wrappingKey);
  const transfers = Object.entries(o.keys).map(([part, key]) => ({
    keyId: idOf[part as keyof typeof idOf],
    keyWrapped: nodeCrypto.wrapKey(wrappingKey, Uint8Array.fromHex(key)),
  }));
  const method = methodOf(securitySetupClass, setup.logicalName, 'keyTransfer');
  return invoke(session, method, writeParameter(securitySetupClass, 'keyTransfer', transfers));
}

/** Version 0 of the class counts: 3 is authenticated and encrypted. Version 1 has bits. */
const oldPolicyAll = 3;

export async function raisePolicy(
  session: DlmsSession,
  { logicalName, version }: Setup,
): Promise<Result<NonNullable<KeyChange['policy']>, DriverFault>> {
  const read = await readOne(
    session,
    attributeOf(securitySetupClass, logicalName, 'securityPolicy'),
  );
  if (!read.ok) return read;
  const said = read.value.ok
    ? valueIn(securitySetupClass, 'securityPolicy', read.value.value)
    : null;
  const present = said === null || said === 'nothing' ? 0 : said;
  const wanted = version === 0 ? oldPolicyAll : present | authenticatedEncryptedPolicy;
  if (present === wanted) return ok('wasSo');
  const method = methodOf(securitySetupClass, logicalName, 'securityActivate');
  const raised = await invoke(
    session,
    method,
    writeParameter(securitySetupClass, 'securityActivate', wanted),
  );
  if (!raised.ok) return raised;
  return ok(raised.value === 'success' ? 'raised' : 'refused');
}

export type ChangingKeys = {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly row: LinkRow;
  /** The keys by which this association was opened. */
  readonly secrets: DlmsSecrets;
  readonly has: Pair;
  readonly nowMs: () => number;
  /** From now on the keys of this association are the meter's. */
  readonly onSettled: () => void;
};

/** Whatever the meter says: it is not asked again for ever. */
const mostTransfers = 6;

/** True: keys went to the meter, and only a new association says what it has. */
export async function changeKeys(
  o: ChangingKeys,
  session: DlmsSession,
  model: DlmsModel,
): Promise<Result<boolean, DriverFault>> {
  const { row, has } = o;
  const { keyChange: change, sealedNext } = row;
  if (change === null) return ok(false);
  if (sealedNext === null) return raiseOwed(o, { session, model, change });
  if (change.wrapping === 'waiting' || change.wrapping === 'sent') {
    return changeWrapping(o, { session, model, change }, sealedNext);
  }
  if (isNewPair(has)) return prove(o, { session, model, change });
  if (change.state === 'refused') return settled(o, change);
  const setup = model.securitySetup;
  const wrappingKey = o.secrets.keyEncryptionKey;
  if (setup === null || wrappingKey === undefined) {
    return settled(o, refused(change, 'it has no security setup'));
  }
  if (change.transfers >= mostTransfers) {
    return settled(o, refused(change, 'it takes the keys and does not keep them'));
  }
  const sent: KeyChange = { ...change, state: 'sent', transfers: change.transfers + 1, tried: 0 };
  await keepKeyChange(o.database, row.place, sent);
  const next: NewKeys = openNext(o.masterKey, row.place, sealedNext);
  const parts = partsToSend(has, change.order).map((part) => [part, next[part]]);
  const done = await transferKeys(session, setup, {
    ...{ wrappingKey, keys: Object.fromEntries(parts) },
  });
  if (!done.ok) return done;
  const { value } = done;
  if (value === 'success' || value === 'temporaryFailure') return ok(true);
  // Which keys it has after a refusal, the next association says.
  await keepKeyChange(o.database, row.place, refused(sent, value));
  return ok(true);
}

/** Also of a key under which others are wrapped: it is not sent for ever under the old one. */
const mostWrappings = 3;
const unproved =
  'it proves neither the new wrapping key nor the old one; both are kept, and each visit asks for ' +
  'the proof of one';

/**
 * The key under which others are wrapped goes first, under the old one. No association shows it:
 * the meter proves it by taking it once more, wrapped under itself.
 */
async function changeWrapping(
  o: ChangingKeys,
  { session, model, change }: Proving,
  sealedNext: Buffer,
): Promise<Result<boolean, DriverFault>> {
  const setup = model.securitySetup;
  const [old, fresh] = [
    o.secrets.keyEncryptionKey,
    openNext(o.masterKey, o.row.place, sealedNext).keyEncryptionKey,
  ];
  const refuse = (why: string) => settled(o, { ...refused(change, why), wrapping: 'refused' });
  if (setup === null || old === undefined || fresh === undefined) {
    return refuse('it has no security setup');
  }
  const send = (under: string, key = fresh) =>
    transferKeys(session, setup, { wrappingKey: under, keys: { keyEncryptionKey: key } });
  const proved = async (): Promise<Result<boolean, DriverFault>> => {
    const taken = await send(fresh);
    if (!taken.ok || taken.value !== 'success') return taken.ok ? ok(false) : taken;
    const done: KeyChange = {
      ...{ ...change, state: 'waiting', refusal: null, wrapping: 'done', tried: 0 },
    };
    await keepWrappingKey(o.database, o.row, { masterKey: o.masterKey, key: fresh, change: done });
    return ok(true);
  };
  const mayHaveIt = change.wrapping === 'sent';
  if (mayHaveIt) {
    const known = await proved();
    if (!known.ok || known.value) return known;
  }
  if (change.tried >= mostWrappings) {
    // What it may hold is not forgotten: without it no other key could ever be sent. The old one,
    // wrapped under itself, is taken only by a meter that has it, and leaves it as it is.
    const asBefore = await send(old, old);
    if (!asBefore.ok) return asBefore;
    if (asBefore.value === 'success')
      return refuse('it takes the wrapping key and does not keep it');
    await keepKeyChange(o.database, o.row.place, refused(change, unproved));
    return ok(false);
  }
  const sent: KeyChange = { ...change, wrapping: 'sent', tried: change.tried + 1 };
  await keepKeyChange(o.database, o.row.place, sent);
  const done = await send(old);
  if (!done.ok) return done;
  if (done.value === 'success') {
    const known = await proved();
    return known.ok ? ok(true) : known;
  }
  // What it said no to is not what it has, unless it was asked before and never answered.
  return done.value === 'temporaryFailure' || mayHaveIt ? ok(true) : refuse(done.value);
}

const refused = (change: KeyChange, refusal: string): KeyChange => ({
  ...change,
  ...{ state: 'refused', refusal },
});

async function settled(o: ChangingKeys, change: KeyChange): Promise<Result<boolean, DriverFault>> {
  const { database, row, masterKey, has } = o;
  await settleKeys(database, row, { masterKey, atMs: o.nowMs(), has, change });
  o.onSettled();
  return ok(false);
}

type Proving = {
  readonly session: DlmsSession;
  readonly model: DlmsModel;
  readonly change: KeyChange;
};

/** The association under both new keys is the proof. */
async function prove(o: ChangingKeys, at: Proving): Promise<Result<boolean, DriverFault>> {
  const done: KeyChange = {
    ...at.change,
    ...{ state: 'done', changedAt: isoOf(o.nowMs()), refusal: null, tried: 0 },
  };
  const settling = await settled(o, done);
  return settling.ok ? raiseOwed(o, { ...at, change: done }) : settling;
}

const mostRaises = 3;

/** Asked for until the meter says what it made of it, yet not for ever: one may break off at it. */
async function raiseOwed(
  o: ChangingKeys,
  { session, model, change }: Proving,
): Promise<Result<boolean, DriverFault>> {
  const isOwed = change.state === 'done' && change.raisesPolicy && change.policy === null;
  if (!isOwed || model.securitySetup === null) return ok(false);
  const keep = (next: KeyChange) => keepKeyChange(o.database, o.row.place, next);
  if (change.tried >= mostRaises) {
    await keep({ ...change, policy: 'refused' });
    return ok(false);
  }
  await keep({ ...change, tried: change.tried + 1 });
  const policy = await raisePolicy(session, model.securitySetup);
  if (!policy.ok) return policy;
  await keep({ ...change, policy: policy.value });
  return ok(false);
}
