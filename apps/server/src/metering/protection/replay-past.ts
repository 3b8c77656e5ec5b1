// A home's past for a replay: use, top-ups and credit in the time, in energy, whoever held the
// credit. Each stretch of token or wallet mode is reckoned from what is known at its end.

import type { ReplayHome } from '@prewatt/protection';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { homeFlags } from './flags.ts';

type Point = { readonly atMs: number; readonly value: bigint };
type Time = { readonly fromMs: number; readonly toMs: number };

/** What protection reads of those who stand elsewhere. */
export type PastDeps = {
  /**
   * Registers of a home in order, over exchanges of its meter, as the present meter's register goes
   * on; handed in, since readings hear of nobody.
   */
  readonly readRegister: (
    tx: Tx,
    place: { readonly bucket: number; readonly meterId: string },
    o: Time,
  ) => Promise<readonly Point[]>;
  /** What the connection's meters took by token in a time, of whoever keeps tokens. */
  readonly topUpsBetween: (
    tx: Tx,
    place: { readonly bucket: number; readonly connectionId: string },
    time: Time,
  ) => Promise<readonly Taken[]>;
  readonly walletPast: (
    tx: Tx,
    place: Omit<PastPlace, 'meterId'>,
    time: Time,
  ) => Promise<readonly WalletSpan[] | 'unknown'>;
};
type Taken = {
  readonly atMs: number;
  readonly energyWh: bigint;
  readonly amountE5: bigint | null;
};
/** A time in which the ledger held the credit, in energy. */
type WalletSpan = {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly openingWh: bigint;
  readonly topUps: ReplayHome['topUps'];
  readonly closingWh: bigint;
  /** What the meter handed over at its beginning; null: nobody knows. */
  readonly handedOverWh: bigint | null;
};

export type PastPlace = {
  readonly bucket: number;
  readonly utilityId: string;
  readonly connectionId: string;
  readonly meterId: string;
};
type OfHome = {
  readonly place: PastPlace;
  readonly past: Time & { readonly date: string };
};

/** Credit of a stretch, less what is owed; null: nobody knows how much. */
type Stretch = {
  readonly fromMs: number;
  readonly openingWh: bigint | null;
  readonly closingWh: bigint;
  readonly topUps: ReplayHome['topUps'];
};

/**
 * A home's use and top-ups in the time, and its credit at the start, in energy; null where its
 * credit is money whose price nobody knows.
 */
export async function pastOf(tx: Tx, o: PastDeps & OfHome): Promise<ReplayHome | null> {
  const { place, past } = o;
  const wallets = await o.walletPast(tx, place, past);
  if (wallets === 'unknown') return null;
  const points = await o.readRegister(tx, place, past);
  const meter = await meterNow(tx, place);
  const takenFromMs = Math.min(points[0]?.atMs ?? past.fromMs, past.fromMs);
  const taken = await o.topUpsBetween(tx, place, { ...past, fromMs: takenFromMs });
  const topUps = inEnergy(taken, meter);
  if (topUps === null) return null;
  const stretches = stretchesOf({ past, points, wallets, meter, topUps });
  const known = stretches.slice(stretches.findLastIndex(({ openingWh }) => openingWh === null) + 1);
  // Of a home without any, its first top-up is the beginning.
  const told = known.length === 0 ? stretches.slice(-1) : known;
  const connection = await tx
    .selectFrom('connections')
    .select('converted_at')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirst();
  return {
    home: place.connectionId,
    ...(await homeFlags(tx, place, past.date)),
    convertedAtMs: connection?.converted_at ?? null,
    ...creditOf(told),
    use: useSince(points, told[0]?.fromMs ?? past.fromMs),
  };
}

/** Of stretches that follow each other; at each change credit goes over at the other's price. */
function creditOf(
  stretches: readonly Stretch[],
): Pick<ReplayHome, 'openingWh' | 'topUps' | 'shifts'> {
  const openingWh = stretches[0]?.openingWh ?? null;
  return {
    openingWh: openingWh === null || openingWh > 0n ? openingWh : 0n,
    topUps: stretches.flatMap((each) => each.topUps),
    shifts: stretches.slice(1).map(({ fromMs, openingWh: heldWh }, nth) => ({
      atMs: fromMs,
      energyWh: (heldWh ?? 0n) - (stretches[nth]?.closingWh ?? 0n),
    })),
  };
}

function useSince(points: readonly Point[], fromMs: number): ReplayHome['use'] {
  return points.slice(1).flatMap((point, i) => {
    const before = points[i] ?? point;
    const energyWh = point.value - before.value;
    // A register that went back is a mistake: nobody knows what was used.
    if (point.atMs <= Math.max(before.atMs, fromMs) || energyWh < 0n) return [];
    if (before.atMs >= fromMs) {
      return [{ startsAtMs: before.atMs, endsAtMs: point.atMs, energyWh }];
    }
    const part = point.value - registerAt(points, fromMs);
    return [{ startsAtMs: fromMs, endsAtMs: point.atMs, energyWh: part }];
  });
}

type MeterNow = {
  /** Less what it is owed. */
  readonly netWh: bigint;
  readonly importWh: bigint;
  /** What it counts money at, and how fine its currency is; 0 where it counts energy. */
  readonly perKwhMicro: bigint;
  readonly scale: bigint;
};

async function meterNow(tx: Tx, place: PastPlace): Promise<MeterNow | null> {
  const row = await tx
    .selectFrom('meter_states')
    .select(['available_energy_wh', 'owed_energy_wh', 'import_energy_wh'])
    .select([
      sql<string | null>`report #>> '{money,perKwhMicroMinor}'`.as('per_kwh'),
      sql<string | null>`report #>> '{money,currency,scale}'`.as('scale'),
    ])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    // Owed was used beyond credit: without it a home that was cut would seem to have lasted.
    netWh: row.available_energy_wh - row.owed_energy_wh,
    importWh: row.import_energy_wh,
    perKwhMicro: BigInt(row.per_kwh ?? 0),
    scale: BigInt(row.scale ?? 0),
  };
}

/** Null where money has no price. */
function inEnergy(taken: readonly Taken[], meter: MeterNow | null): ReplayHome['topUps'] | null {
  const perKwhMicro = meter?.perKwhMicro ?? 0n;
  // A token's 1e-5 of the currency in millionths of a minor unit.
  const microOfE5 = 10n ** ((meter?.scale ?? 0n) + 1n);
  if (perKwhMicro <= 0n && taken.some(({ amountE5 }) => amountE5 !== null)) return null;
  return taken.map(({ atMs, energyWh, amountE5 }) => ({
    atMs,
    energyWh: amountE5 === null ? energyWh : (amountE5 * microOfE5 * 1_000n) / perKwhMicro,
  }));
}

type Known = {
  readonly past: Time;
  readonly points: readonly Point[];
  readonly wallets: readonly WalletSpan[];
  readonly meter: MeterNow | null;
  /** By token. */
  readonly topUps: ReplayHome['topUps'];
};

/** Token mode up to each wallet and after the last, in order. */
function stretchesOf(o: Known): readonly Stretch[] {
  const { past, points, wallets, meter } = o;
  const stretches: Stretch[] = [];
  let atMs = points[0]?.atMs ?? past.fromMs;
  for (const wallet of wallets) {
    if (wallet.fromMs > Math.max(atMs, past.fromMs)) {
      const { handedOverWh: closingWh } = wallet;
      const endValue = registerAt(points, wallet.fromMs);
      stretches.push(inTokenMode(o, { fromMs: atMs, toMs: wallet.fromMs, closingWh, endValue }));
    }
    stretches.push(wallet);
    atMs = wallet.toMs ?? past.toMs;
  }
  if (wallets.at(-1)?.toMs === null) return stretches;
  const closingWh = meter?.netWh ?? null;
  const endValue = meter?.importWh ?? 0n;
  stretches.push(inTokenMode(o, { fromMs: atMs, toMs: past.toMs, closingWh, endValue }));
  return stretches;
}

/** Credit at the beginning, from what the meter held at the end. */
function inTokenMode(
  { points, topUps }: Known,
  o: Time & { readonly closingWh: bigint | null; readonly endValue: bigint },
): Stretch {
  const own = topUps.filter(({ atMs }) => atMs >= o.fromMs && atMs < o.toMs);
  const bought = own.reduce((sum, { energyWh }) => sum + energyWh, 0n);
  const used = o.endValue - registerAt(points, o.fromMs);
  const isKnown = o.closingWh !== null && points.length > 0;
  return {
    fromMs: o.fromMs,
    openingWh: isKnown ? (o.closingWh ?? 0n) + used - bought : null,
    closingWh: o.closingWh ?? 0n,
    topUps: own,
  };
}

/** Even use between two readings. */
function registerAt(points: readonly Point[], atMs: number): bigint {
  const nth = points.findIndex((point) => point.atMs >= atMs);
  const after = points[nth];
  if (after === undefined) return points.at(-1)?.value ?? 0n;
  const before = points[nth - 1];
  if (before === undefined || after.value < before.value) return after.value;
  const part = BigInt(Math.round(atMs - before.atMs));
  return before.value + ((after.value - before.value) * part) / BigInt(after.atMs - before.atMs);
}
