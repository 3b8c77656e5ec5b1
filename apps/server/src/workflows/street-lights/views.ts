// Lighting accounts as operators see them.

import type { LampView, LightingAccount, LightingView, NightView } from '@prewatt/api';
import { idFromUuid, isoOf, isoOrNull } from '@prewatt/quantities';
import type { DimProgramme } from '@prewatt/street-light';
import { type DueStretch, dueStretches, type Night, nightDateAt } from '@prewatt/street-light';
import type { Tx } from '../../base/database.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { balanceOf } from '../wallet/index.ts';
import { askedOf, type Known, nightOfGroup, nightsOf, tonightOf } from './levels.ts';
import {
  type Account,
  accountsOf,
  groupsOf,
  type Lamp,
  lampsOf,
  loadAccount,
  overridesOf,
  programmesOf,
} from './store.ts';

type Of = { readonly utility: Utility; readonly nowMs: number };

export async function accountList(tx: Tx, o: Of): Promise<LightingAccount[]> {
  const accounts: LightingAccount[] = [];
  for (const account of await accountsOf(tx, o.utility.id)) {
    const connection = await loadConnection(tx, account.place);
    if (connection === null) continue;
    const lamps = await lampsOf(tx, account.place);
    accounts.push(await accountView(tx, { ...o, account, connection, lamps }));
  }
  return accounts;
}

async function accountView(
  tx: Tx,
  o: Of & {
    readonly account: Account;
    readonly connection: Connection;
    readonly lamps: readonly Lamp[];
  },
): Promise<LightingAccount> {
  const { account, connection, lamps, utility } = o;
  const isWallet = connection.creditMode === 'wallet';
  const milliW = lamps.reduce((sum, lamp) => sum + (lamp.milliW ?? 0), 0);
  const count = (is: (lamp: Lamp) => boolean): number => lamps.filter(is).length;
  return {
    connectionId: idFromUuid('connection', account.place.connectionId),
    ...{ name: connection.name, meterPan: connection.meter.meterPan },
    ...{ latitudeMicroDeg: account.latitudeMicroDeg, longitudeMicroDeg: account.longitudeMicroDeg },
    ...{ dimBelowNights: account.dimBelowNights, dimToPercent: account.dimToPercent },
    ...{ creditMode: connection.creditMode, standing: account.standing },
    standingSince: isoOf(account.standingAtMs),
    nightsLeftTenths: account.nightsLeftTenths,
    balanceMinor: isWallet ? String(await balanceOf(tx, account.place)) : null,
    currency: utility.currency,
    lamps: lamps.length,
    burning: count(({ levelPercent }) => (levelPercent ?? 0) > 0),
    faults: count(({ fault }) => fault !== null),
    late: count(({ stage }) => stage === 'late'),
    protected: count(({ floorPercent }) => floorPercent !== null),
    powerW: String(Math.round(milliW / 1_000)),
    countedWh: String(account.countedWh),
  };
}

/** Null: it is no lighting account. */
export async function lightingView(
  tx: Tx,
  o: Of & { readonly place: ConnectionPlace },
): Promise<LightingView | null> {
  const { place, utility, nowMs } = o;
  const account = await loadAccount(tx, place);
  const connection = await loadConnection(tx, place);
  if (account === null || connection === null) return null;
  const groups = await groupsOf(tx, place);
  const lamps = await lampsOf(tx, place);
  const overrides = await overridesOf(tx, place, nowMs);
  const known: Known = { account, zone: utility.zone, groups, lamps, overrides, nowMs };
  const nameOf = new Map(groups.map(({ groupId, name }) => [groupId, name]));
  const lampName = new Map(lamps.map(({ lampId, name }) => [lampId, name]));
  const night = nightDateAt(nowMs, utility.zone).toString();
  const nightWh = await energyOfNight(tx, place, night);
  return {
    account: await accountView(tx, { ...o, account, connection, lamps }),
    groups: groups.map((group) => {
      const tonight = tonightOf(known, group);
      return {
        ...{ name: group.name, programme: group.programmeName },
        lamps: lamps.filter(({ groupId }) => groupId === group.groupId).length,
        tonight: nightView(tonight.night, tonight.stretches),
        tonightWh: String(tonight.wh),
      };
    }),
    lamps: lamps.map((lamp) =>
      lampView(lamp, nameOf.get(lamp.groupId) ?? '', nightWh.get(lamp.lampId) ?? 0n),
    ),
    programmes: (await programmesOf(tx, place)).map(({ name, document }) => ({
      name,
      document: documentView(document),
    })),
    overrides: overrides.map((override) => ({
      overrideId: override.overrideId,
      group: override.groupId === null ? null : (nameOf.get(override.groupId) ?? ''),
      lamp: override.lampId === null ? null : (lampName.get(override.lampId) ?? ''),
      levelPercent: override.levelPercent,
      ...{ from: isoOf(override.fromMs), until: isoOf(override.untilMs) },
      ...{ reason: override.reason, by: override.by },
    })),
    nightsAhead: nightsOf(known)
      .slice(0, 7)
      .map(({ date, wh }) => ({ date, energyWh: String(wh) })),
  };
}

async function energyOfNight(
  tx: Tx,
  place: ConnectionPlace,
  night: string,
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tx
    .selectFrom('lamp_nights')
    .select(['lamp_id', 'energy_wh'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('night', '=', night as never)
    .execute();
  return new Map(rows.map((row) => [row.lamp_id, row.energy_wh]));
}

function lampView(lamp: Lamp, group: string, nightWh: bigint): LampView {
  const { askedPercent, askedBecause, askedAtMs, fault, faultAtMs, milliW, link } = lamp;
  return {
    lampId: lamp.lampId,
    ...{ name: lamp.name, group, floorPercent: lamp.floorPercent, stage: lamp.stage },
    ...{ fullW: lamp.fullMilliW / 1_000, standbyW: lamp.standbyMilliW / 1_000 },
    asked:
      askedPercent === null || askedBecause === null || askedAtMs === null
        ? null
        : { levelPercent: askedPercent, because: askedBecause, at: isoOf(askedAtMs) },
    levelPercent: lamp.levelPercent,
    powerW: milliW === null ? null : milliW / 1_000,
    ...{ countedWh: String(lamp.countedWh), nightWh: String(nightWh) },
    readAt: isoOrNull(lamp.readAtMs),
    fault: fault === null || faultAtMs === null ? null : { what: fault, since: isoOf(faultAtMs) },
    link:
      link === null
        ? null
        : { endpoint: link.endpoint, proof: link.proof, heardAt: isoOrNull(link.heardAtMs) },
  };
}

export const nightView = (night: Night, stretches: readonly DueStretch[]): NightView => ({
  ...{ date: night.date, from: isoOf(night.fromMs), to: isoOf(night.toMs) },
  sunset: night.dark === null ? null : isoOf(night.dark.fromMs),
  sunrise: night.dark === null ? null : isoOf(night.dark.toMs),
  stretches: stretches.map(({ fromMs, toMs, levelPercent, because }) => ({
    ...{ from: isoOf(fromMs), to: isoOf(toMs), levelPercent, because },
  })),
});

/** The night of a programme that is not kept, with enough credit. */
export function previewOf(
  { account, zone, nowMs }: { account: Account; zone: string; nowMs: number },
  { document, date }: { readonly document: DimProgramme; readonly date: string | undefined },
): NightView {
  const day = date === undefined ? nightDateAt(nowMs, zone) : Temporal.PlainDate.from(date);
  const night = nightOfGroup({ account, zone }, { programme: document }, day);
  const lamp = { groupId: '', lampId: null, floorPercent: null };
  const asked = askedOf({ account, overrides: [] }, lamp, 'enough');
  return nightView(night, dueStretches(night, asked));
}

const documentView = ({ plans }: DimProgramme) => ({
  plans: plans.map((plan) => ({
    ...plan,
    weekdays: [...plan.weekdays],
    season: plan.season === null ? null : { ...plan.season },
    steps: plan.steps.map((step) => ({ ...step })),
  })),
});
