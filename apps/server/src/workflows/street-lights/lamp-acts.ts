// What operators do with lamps: add one or many, change and move them, take them away.

import type { LampBody } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { endLampLink, keepLampLink } from '../../metering/drivers/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { type ActDeps, type Done, tellDrivers, within } from './acting.ts';
import type { LightRefusal } from './errors.ts';
import { tellFaults } from './faults.ts';
import {
  addLampRow,
  changeLampRow,
  forgetCounter,
  groupsOf,
  lampsOf,
  removeLampRow,
} from './lamp-store.ts';

export type LampFault = { readonly lamp: string; readonly code: LightRefusal };

/** Lamps by their names: added, or changed. All of them, or none: a fault names its lamp. */
export async function keepLamps(
  tx: Tx,
  o: ActDeps,
  { place, lamps }: { readonly place: ConnectionPlace; readonly lamps: readonly LampBody[] },
): Promise<Result<void, LampFault>> {
  const account = await within(tx, o, place);
  if (!account.ok) return err({ lamp: lamps[0]?.name ?? '', code: account.error });
  const groups = new Map((await groupsOf(tx, place)).map(({ name, groupId }) => [name, groupId]));
  const known = new Map((await lampsOf(tx, place)).map(({ name, lampId }) => [name, lampId]));
  for (const body of lamps) {
    const groupId = groups.get(body.group);
    const lampId = known.get(body.name) ?? null;
    const kept =
      groupId === undefined
        ? err('unknownGroup' as const)
        : await keepLamp(tx, o, { place, body, groupId, lampId });
    if (!kept.ok) return err({ lamp: body.name, code: kept.error });
  }
  if (lamps.some(({ link }) => link !== undefined)) await tellDrivers(tx, place);
  return ok(undefined);
}

async function keepLamp(
  tx: Tx,
  o: ActDeps,
  {
    place,
    body,
    groupId,
    lampId: known,
  }: {
    readonly place: ConnectionPlace;
    readonly body: LampBody;
    readonly groupId: string;
    readonly lampId: string | null;
  },
): Promise<Done> {
  const nowMs = o.nowMs();
  const setting = {
    ...{ groupId, fullMilliW: body.fullW * 1_000, standbyMilliW: body.standbyMilliW },
    ...{ floorPercent: body.floorPercent, lampId: known ?? o.newUuid(), nowMs },
  };
  const { lampId } = setting;
  if (known === null) await addLampRow(tx, place, { ...setting, name: body.name });
  else await changeLampRow(tx, place, setting);
  if (body.link === undefined) return ok(undefined);
  const { endpoint, secret } = body.link;
  const proof = secret === null ? { kind: 'none' as const } : { kind: 'secret' as const, secret };
  const isKept = await keepLampLink(
    tx,
    { ...place, meterId: lampId },
    { masterKey: o.masterKey, atMs: nowMs, wish: { endpoint, proof } },
  );
  if (!isKept) return err('endpointTaken');
  await forgetCounter(tx, place, lampId);
  return ok(undefined);
}

export async function removeLamp(
  tx: Tx,
  o: ActDeps,
  { place, name }: { readonly place: ConnectionPlace; readonly name: string },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const lamp = (await lampsOf(tx, place)).find((each) => each.name === name);
  if (lamp === undefined) return err('unknownLamp');
  await takeAway(tx, { place, lampId: lamp.lampId, nowMs: o.nowMs() });
  await tellFaults(tx, o, account.value.place);
  await tellDrivers(tx, place);
  return ok(undefined);
}

/** Under the account's lock. Its controller's name is free for another device. */
export async function takeAway(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly lampId: string; readonly nowMs: number },
): Promise<void> {
  const { place, lampId, nowMs } = o;
  await endLampLink(tx, { ...place, meterId: lampId }, nowMs);
  await removeLampRow(tx, place, { lampId, nowMs });
}
