// Lighting accounts as operators see them.

import type { LampView, LightingAccount, LightingView, LightPreview } from '@prewatt/api';
import { idFromUuid, isoOf, isoOrNull } from '@prewatt/quantities';
import { type DimProgramme, dueStretches, nightDateAt, yearOf } from '@prewatt/street-light';
import type { Tx } from '../../base/database.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { balanceOf } from '../wallet/index.ts';
import { circuitView } from './circuits.ts';
import {
  countLamps,
  energyOfNight,
  groupsOf,
  type Lamp,
  type LampCounts,
  lampsOf,
  programmesOf,
} from './lamp-store.ts';
import { askedOf, type Known, kindsOf, nightOfGroup, nightsOf, tonightOf } from './levels.ts';
import { nightView } from './night-view.ts';
import { type Account, accountsOf, loadAccount, overridesOf, ownMeterOf } from './store.ts';

type Of = { readonly utility: Utility; readonly nowMs: number };

/** Those that are open first. */
export async function accountList(tx: Tx, o: Of): Promise<LightingAccount[]> {
  const accounts: LightingAccount[] = [];
  const countsOf = await countLamps(tx, { utilityId: o.utility.id });
  const all = await accountsOf(tx, o.utility.id);
  for (const account of all) {
    const connection = await loadConnection(tx, account.place);
    if (connection === null) continue;
    const counts = countsOf(account.place.connectionId);
    accounts.push(await accountView(tx, { ...o, account, connection, counts }));
  }
  const isClosed = ({ closedAt }: LightingAccount): number => (closedAt === null ? 0 : 1);
  return accounts.toSorted(
    (a, b) => isClosed(a) - isClosed(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

async function accountView(
  tx: Tx,
  o: Of & {
    readonly account: Account;
    readonly connection: Connection;
    readonly counts: LampCounts;
  },
): Promise<LightingAccount> {
  const { account, connection, counts, utility } = o;
  const { bucket, creditMode, meter } = connection;
  const own =
    account.meteredBy === 'meter' ? await ownMeterOf(tx, { bucket, meterId: meter.meterId }) : null;
  const { milliW, ...numbers } = counts;
  return {
    connectionId: idFromUuid('connection', account.place.connectionId),
    ...{ name: connection.name, meterPan: meter.meterPan, creditMode },
    ...{ latitudeMicroDeg: account.latitudeMicroDeg, longitudeMicroDeg: account.longitudeMicroDeg },
    ...{ dimBelowNights: account.dimBelowNights, dimToPercent: account.dimToPercent },
    ...{ meteredBy: account.meteredBy, closedAt: isoOrNull(account.closedAtMs) },
    ...{ standing: account.standing, standingSince: isoOf(account.standingAtMs) },
    nightsLeftTenths: account.nightsLeftTenths,
    balanceMinor: creditMode === 'wallet' ? String(await balanceOf(tx, account.place)) : null,
    meter:
      own === null
        ? null
        : {
            ...{ creditWh: String(own.creditWh), powerW: String(own.powerW) },
            heardAt: isoOf(own.heardAtMs),
          },
    currency: utility.currency,
    ...numbers,
    ...{ powerW: String((milliW + 500n) / 1_000n), countedWh: String(account.countedWh) },
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
  const countsOf = await countLamps(tx, place);
  const counts = countsOf(place.connectionId);
  return {
    account: await accountView(tx, { ...o, account, connection, counts }),
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
    circuit: await circuitView(tx, known),
    nightsAhead: nightsOf(known)
      .slice(0, 7)
      .map(({ date, wh }) => ({ date, energyWh: String(wh) })),
  };
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
        : {
            ...{ endpoint: link.endpoint, proof: link.proof, sleeps: link.sleeps },
            heardAt: isoOrNull(link.heardAtMs),
          },
  };
}

/**
 * Of a programme that is not kept, with enough credit: a night, and what a year would use, beside
 * what the same lamps would by the programmes that they have.
 */
export async function previewOf(
  tx: Tx,
  o: Of & {
    readonly account: Account;
    readonly document: DimProgramme;
    readonly date: string | undefined;
    readonly programme: string | undefined;
  },
): Promise<LightPreview> {
  const { account, document, nowMs } = o;
  const { zone } = o.utility;
  const today = nightDateAt(nowMs, zone);
  const day = o.date === undefined ? today : Temporal.PlainDate.from(o.date);
  const night = nightOfGroup({ account, zone }, { programme: document }, day);
  const lamp = { groupId: '', lampId: null, floorPercent: null };
  const asked = askedOf({ account, overrides: [] }, lamp, 'enough');
  const groups = await groupsOf(tx, account.place);
  const using = groups.filter(({ programmeName }) => programmeName === o.programme);
  const isOfAll = using.length === 0;
  const of = isOfAll ? groups : using;
  const ids = new Set(of.map(({ groupId }) => groupId));
  const lamps = (await lampsOf(tx, account.place)).filter(({ groupId }) => ids.has(groupId));
  const kinds = kindsOf(lamps);
  const year = yearOf({ place: account, zone, programme: document }, kinds, today);
  const nowWh = of.reduce((sum, { groupId, programme }) => {
    const own = kinds.filter((kind) => kind.groupId === groupId);
    return sum + yearOf({ place: account, zone, programme }, own, today).energyWh;
  }, 0);
  return {
    night: nightView(night, dueStretches(night, asked)),
    year: {
      ...{ lamps: lamps.length, isOfAll, energyWh: String(year.energyWh) },
      ...{ nowEnergyWh: String(nowWh), burningHours: year.burningHours },
    },
  };
}

const documentView = ({ plans }: DimProgramme) => ({
  plans: plans.map((plan) => ({
    ...plan,
    weekdays: [...plan.weekdays],
    season: plan.season === null ? null : { ...plan.season },
    steps: plan.steps.map((step) => ({ ...step })),
  })),
});
