// A meter is linked by a driver, or let go: who asked and why stands in its history and in the
// audit log. A meter has one driver, so what it had at the broker or by another one ends.

import { createHash, randomBytes } from 'node:crypto';
import type { DriverKeysBody, DriverLinkBody, DriverView } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { problemsOf } from '../../base/http/problem.ts';
import { notifyLive } from '../../base/live.ts';
import { requestIdReused } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { type MeterPlace, updateLink } from '../../registry/connections/index.ts';
import {
  endCertificates,
  type LinkRequest,
  linkChangeOf,
  lockMeterRow,
  recordAskedLinkChange,
} from '../headend/index.ts';
import { askForKeys, type KeyChangeRefusal } from './dlms/key-change-store.ts';
import { dlmsViewOf, endDlmsLink, keepDlmsLink } from './dlms/links.ts';
import { endLwm2mLink, keepLwm2mLink, lwm2mViewOf } from './lwm2m/links.ts';

/** In the order of the checks. */
export type DriverRefusal =
  | 'requestIdReused'
  | 'notAllowed'
  | 'noKeysKept'
  | 'deviceIdTaken'
  | 'endpointTaken'
  | 'notLinked'
  | KeyChangeRefusal;

export const problemOfDriver = problemsOf<DriverRefusal>({
  requestIdReused,
  notAllowed: [403, 'Only an administrator may change how a meter is reached.'],
  noKeysKept: [409, 'The server has no keys of this meter: give them.'],
  deviceIdTaken: [409, 'This device id cannot be used here; look at what the meter sends.'],
  endpointTaken: [409, 'This endpoint name cannot be used here; look at what the device sends.'],
  notLinked: [409, 'No other driver has this meter.'],
  notLinkedByKeys: [409, 'The meter is not linked by DLMS with keys.'],
  noWrappingKey: [
    409,
    'The server has not the key under which new ones are wrapped: link the meter anew with it.',
  ],
  keyChangeUnderWay: [409, 'Other keys are on their way to this meter already.'],
});

export type DriverLinks = {
  readonly link: (
    tx: Tx,
    request: LinkRequest,
    wish: DriverLinkBody,
  ) => Promise<Result<void, DriverRefusal>>;
  readonly end: (tx: Tx, request: LinkRequest) => Promise<Result<void, DriverRefusal>>;
  /** Other keys for a meter by DLMS; what becomes of it is seen with the link. */
  readonly changeKeys: (
    tx: Tx,
    request: LinkRequest,
    wish: Pick<DriverKeysBody, 'order' | 'raisesPolicy' | 'changesWrappingKey'>,
  ) => Promise<Result<void, DriverRefusal>>;
  /** No device any more: the meter is the sum of a lighting account's lamps. */
  readonly sumOfLamps: (tx: Tx, request: LinkRequest) => Promise<Result<void, DriverRefusal>>;
};

type Deps = {
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly auditLog: Pick<AuditLog, 'recordByName'>;
};

export function createDriverLinks(o: Deps): DriverLinks {
  return {
    link: async (tx, request, wish) => {
      const isNew = await begin(tx, request, 'driverLinked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place } = request;
      const kept = await keepLink(tx, o, { place, wish });
      if (!kept.ok) return kept;
      await changeDriver(tx, o, request, { act: 'driverLinked', hash: randomHash() });
      return ok(undefined);
    },
    end: async (tx, request) => {
      const isNew = await begin(tx, request, 'driverEnded');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place } = request;
      const at = new Date(o.clocks.business.nowMs());
      const hadDlms = await endDlmsLink(tx, place, at);
      const hadLwm2m = await endLwm2mLink(tx, place, at);
      if (!hadDlms && !hadLwm2m) return err('notLinked');
      // As onboarding leaves a meter that has no address on the wire.
      await changeDriver(tx, o, request, { act: 'driverEnded', hash: Buffer.alloc(32) });
      return ok(undefined);
    },
    changeKeys: async (tx, request, { order, raisesPolicy, changesWrappingKey }) => {
      const isNew = await begin(tx, request, 'driverKeysAsked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place, by, requestId: id } = request;
      const atMs = o.clocks.business.nowMs();
      const refusal = await askForKeys(tx, place, {
        ...{ masterKey: o.masterKey, atMs },
        wish: { id, by: by.name, order, raisesPolicy, changesWrappingKey },
        fresh: {
          ...{ encryptionKey: freshKey(), authenticationKey: freshKey() },
          ...(changesWrappingKey ? { keyEncryptionKey: freshKey() } : {}),
        },
      });
      if (refusal !== null) return err(refusal);
      await recordAskedLinkChange(tx, o.auditLog, {
        ...{ act: 'driverKeysAsked', at: new Date(atMs), request },
      });
      const { utilityId, connectionId } = place;
      await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
      return ok(undefined);
    },
    sumOfLamps: async (tx, request) => {
      const isNew = await begin(tx, request, 'driverLinked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const at = new Date(o.clocks.business.nowMs());
      await endDlmsLink(tx, request.place, at);
      await endLwm2mLink(tx, request.place, at);
      await changeDriver(tx, o, request, { act: 'driverLinked', hash: randomHash() });
      return ok(undefined);
    },
  };
}

/** Of AES-128. */
const freshKey = (): string => randomBytes(16).toString('hex');

/** Of a secret that nobody has: the meter counts as linked, and no session at a broker opens. */
const randomHash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();

/** False when the request was done before. */
async function begin(
  tx: Tx,
  { place, requestId, by }: LinkRequest,
  act: 'driverLinked' | 'driverEnded' | 'driverKeysAsked',
): Promise<Result<boolean, DriverRefusal>> {
  await lockMeterRow(tx, place);
  const known = await linkChangeOf(tx, place, requestId);
  if (known !== undefined) return known.act === act ? ok(false) : err('requestIdReused');
  return by.role === 'administrator' ? ok(true) : err('notAllowed');
}

/** By the driver that was asked for; a link by the other one ends. */
async function keepLink(
  tx: Tx,
  { masterKey, clocks }: Deps,
  { place, wish }: { readonly place: MeterPlace; readonly wish: DriverLinkBody },
): Promise<Result<void, DriverRefusal>> {
  const atMs = clocks.business.nowMs();
  const at = new Date(atMs);
  if (wish.driver === 'dlms') {
    await endLwm2mLink(tx, place, at);
    return keepDlmsLink(tx, place, { masterKey, atMs, wish });
  }
  await endDlmsLink(tx, place, at);
  const isKept = await keepLwm2mLink(tx, place, { masterKey, atMs, wish });
  return isKept ? ok(undefined) : err('endpointTaken');
}

/** What the meter had at a broker ends, and every server process hears who speaks to it now. */
async function changeDriver(
  tx: Tx,
  o: Deps,
  request: LinkRequest,
  { act, hash }: { readonly act: 'driverLinked' | 'driverEnded'; readonly hash: Buffer },
): Promise<void> {
  const { place, meterPan } = request;
  const { utilityId, connectionId } = place;
  const at = new Date(o.clocks.business.nowMs());
  await updateLink(tx, place, {
    secret_hash: hash,
    next_secret_hash: null,
    link_revoked_at: null,
  }).execute();
  await endCertificates(tx, place, { why: 'replaced', at });
  await recordAskedLinkChange(tx, o.auditLog, { act, at, request });
  await notifyLive(tx, { kind: 'linkRevoked', utilityId, connectionId, meterPan });
  await notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
}

/** How the link stands, for people; keys are not among it. */
export async function driverViewOf(
  tx: Tx,
  { bucket, meterId, meterPan }: Pick<MeterPlace, 'bucket' | 'meterId'> & { meterPan: string },
): Promise<DriverView> {
  const dlms = await dlmsViewOf(tx, { bucket, meterId });
  const lwm2m = dlms === null ? await lwm2mViewOf(tx, { bucket, meterId }) : null;
  const driver = dlms !== null ? 'dlms' : lwm2m !== null ? 'lwm2m' : 'mqtt';
  return { meterPan, driver, dlms, lwm2m };
}
