// Opens a job: for a home without a meter, for a meter that is registered, for an exchange. What
// can be known at the desk is checked here, so that nobody drives out for nothing.

import type { InstallKind, NewInstall } from '@prewatt/api';
import {
  bucketOfConnection,
  err,
  idFromUuid,
  ok,
  parseId,
  parsePhone,
  type Result,
  uuidOf,
} from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain, holdRequestId } from '../../base/request-ids.ts';
import {
  holderOfMeterNumber,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import type { Staff } from '../../registry/sign-in/index.ts';
import type { InstallRefusal } from './errors.ts';
import { meterHasSecret } from './meter-facts.ts';
import { meterPanOf } from './meter-number.ts';
import type { Plan } from './plan.ts';
import { stepsOf } from './steps.ts';
import { insertEvent, isKeyLoaded, jobOfRequest } from './store.ts';

export type OpenDeps = { readonly newUuid: NewUuid; readonly nowMs: () => number };
export type Opened = { readonly jobId: string; readonly isNew: boolean };

export const mayOpen = (by: Staff): boolean =>
  by.role === 'operator' || by.role === 'administrator';

/** What a job is about, once it is known that it can be done. */
type Target = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly name: string;
  readonly address: string;
  readonly oldMeterId: string | null;
  readonly expectedMeterPan: string | null;
  readonly hasLink: boolean;
  readonly plan: Plan;
};

export async function openJob(
  o: OpenDeps,
  tx: Tx,
  a: { readonly utilityId: string; readonly by: Staff; readonly body: NewInstall },
): Promise<Result<Opened, InstallRefusal>> {
  const { utilityId, by, body } = a;
  if (!mayOpen(by)) return err({ code: 'notAllowed' });
  const { requestId } = body;
  await holdRequestId(tx, { feature: 'installs', utilityId, requestId });
  const digest = digestOf(body);
  const known = await jobOfRequest(tx, { utilityId, requestId });
  if (known !== null) {
    const before = [known.request_digest, known.opened_by];
    const again = answerAgain(before, [digest, by.operatorId], { jobId: known.id, isNew: false });
    return again.ok ? again : err({ code: again.error });
  }
  const technician = await technicianOf(tx, body.technicianId);
  if (!technician.ok) return technician;
  const target = await targetOf(o, tx, { utilityId, body });
  if (!target.ok) return target;
  const jobId = o.newUuid();
  const isFree = await insertJob(tx, {
    ...{ jobId, utilityId, by, body, digest },
    target: target.value,
    assignedTo: technician.value,
    at: new Date(o.nowMs()),
  });
  return isFree ? ok({ jobId, isNew: true }) : err({ code: 'jobOpenAlready' });
}

/** Anybody of the utility who may work on jobs. */
export async function technicianOf(
  tx: Tx,
  technicianId: string | null,
): Promise<Result<string | null, InstallRefusal>> {
  if (technicianId === null) return ok(null);
  const id = parseId('operator', technicianId);
  if (!id.ok) return err({ code: 'unknownTechnician' });
  const row = await tx
    .selectFrom('operators')
    .select('id')
    .where('id', '=', uuidOf(id.value))
    .where('role', 'not in', ['viewer', 'auditor'])
    .executeTakeFirst();
  return row === undefined ? err({ code: 'unknownTechnician' }) : ok(row.id);
}

function targetOf(
  o: OpenDeps,
  tx: Tx,
  a: { readonly utilityId: string; readonly body: NewInstall },
): Promise<Result<Target, InstallRefusal>> {
  const { body } = a;
  if (body.kind === 'newConnection')
    return newConnectionTarget(o, tx, { utilityId: a.utilityId, body });
  return presentTarget(tx, { utilityId: a.utilityId, body });
}

type Of<K extends InstallKind> = Extract<NewInstall, { kind: K }>;

async function newConnectionTarget(
  o: OpenDeps,
  tx: Tx,
  { utilityId, body }: { readonly utilityId: string; readonly body: Of<'newConnection'> },
): Promise<Result<Target, InstallRefusal>> {
  const { tariffVersionId, ...connection } = body.connection;
  const version = parseId('tariff', tariffVersionId);
  const tariff = version.ok
    ? await tx
        .selectFrom('tariffs')
        .select('id')
        .where('id', '=', uuidOf(version.value))
        .where('state', '=', 'approved')
        .executeTakeFirst()
    : undefined;
  if (tariff === undefined) return err({ code: 'unknownTariff' });
  const { zone } = await tx
    .selectFrom('utilities')
    .select('zone')
    .where('id', '=', utilityId)
    .executeTakeFirstOrThrow();
  if (connection.customer !== null && !parsePhone(connection.customer.phone, zone).ok) {
    return err({ code: 'phoneFormat' });
  }
  const expected = await freeMeter(tx, utilityId, body.meter);
  if (!expected.ok) return expected;
  const connectionId = o.newUuid();
  return ok({
    bucket: bucketOfConnection(idFromUuid('connection', connectionId)),
    connectionId,
    name: connection.name,
    address: connection.address,
    oldMeterId: null,
    expectedMeterPan: expected.value,
    hasLink: body.meter.hasLink,
    plan: { meter: body.meter, connection: { ...connection, tariffId: tariff.id } },
  });
}

async function presentTarget(
  tx: Tx,
  a: { readonly utilityId: string; readonly body: Of<'newMeter'> | Of<'exchange'> },
): Promise<Result<Target, InstallRefusal>> {
  const { body } = a;
  const id = parseId('connection', body.connectionId);
  if (!id.ok) return err({ code: 'unknownConnection' });
  const place = placeOfConnection(a.utilityId, uuidOf(id.value));
  const connection = await loadConnection(tx, place);
  if (connection === null) return err({ code: 'unknownConnection' });
  const { meter } = connection;
  const common = {
    bucket: place.bucket,
    connectionId: place.connectionId,
    name: connection.name,
    address: connection.address,
    oldMeterId: meter.meterId,
  };
  if (body.kind === 'newMeter') {
    const hasLink = await meterHasSecret(tx, { ...place, meterId: meter.meterId });
    const plan = { meter: null, connection: null };
    return ok({ ...common, expectedMeterPan: meter.meterPan, hasLink, plan });
  }
  if (connection.creditMode === 'wallet') return err({ code: 'walletMode' });
  const expected = await freeMeter(tx, a.utilityId, body.meter);
  if (!expected.ok) return expected;
  const plan = { meter: body.meter, connection: null };
  return ok({ ...common, expectedMeterPan: expected.value, hasLink: body.meter.hasLink, plan });
}

/** The number of the meter to bring, if one is named: no meter of anybody, with a key for it. */
async function freeMeter(
  tx: Tx,
  utilityId: string,
  meter: Of<'exchange'>['meter'],
): Promise<Result<string | null, InstallRefusal>> {
  const pan = meter.meterPan === null ? ok(null) : meterPanOf(meter.meterPan);
  if (!pan.ok) return err({ code: 'meterPanInvalid' });
  if (pan.value !== null) {
    const holder = await holderOfMeterNumber(tx, utilityId, pan.value);
    if (holder === 'others') return err({ code: 'meterNumberUnusable' });
    if (holder !== 'nobody') return err({ code: 'meterExists' });
  }
  return (await isKeyLoaded(tx, meter)) ? pan : err({ code: 'vendingKeyMissing' });
}

/** False when the connection has an open job. */
async function insertJob(
  tx: Tx,
  o: {
    readonly jobId: string;
    readonly utilityId: string;
    readonly by: Staff;
    readonly body: NewInstall;
    readonly digest: string;
    readonly target: Target;
    readonly assignedTo: string | null;
    readonly at: Date;
  },
): Promise<boolean> {
  const { body, target, at } = o;
  const row = await tx
    .insertInto('install_jobs')
    .values({
      bucket: target.bucket,
      id: o.jobId,
      utility_id: o.utilityId,
      connection_id: target.connectionId,
      request_id: body.requestId,
      request_digest: o.digest,
      kind: body.kind,
      name: target.name,
      address: target.address,
      note: body.note,
      was_postpaid: body.wasPostpaid,
      plan: JSON.stringify(target.plan),
      expected_meter_pan: target.expectedMeterPan,
      has_link: target.hasLink,
      steps: stepsOf(body.kind),
      old_meter_id: target.oldMeterId,
      opened_by: o.by.operatorId,
      opened_at: at,
      assigned_to: o.assignedTo,
      state_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return false;
  const ref = { bucket: target.bucket, utilityId: o.utilityId, jobId: o.jobId };
  const words = body.note === '' ? null : body.note;
  await insertEvent(tx, ref, { what: 'opened', words, operatorId: o.by.operatorId, at });
  return true;
}
