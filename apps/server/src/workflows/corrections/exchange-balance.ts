// What an exchanged meter had left, and what of it the new one gets: the same where both count the
// same unit; otherwise converted at one price, that of a kilowatt-hour on a meter that counts
// money.

import type { Currency } from '@prewatt/quantities';
import { err, formatKwh, formatMoney, ok, type Result } from '@prewatt/quantities';
import { floorToEncodableUnits, maximumUnitsPerToken } from '@prewatt/sts/codec';
import {
  energyInMoney,
  isOfCurrency,
  type MoneyMeter,
  moneyInEnergy,
  whPerUnit,
} from '@prewatt/vending-rules';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { loadConnectionsToSell } from '../../money/connections-to-sell/index.ts';
import type { GrantWhat } from '../../money/grants/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Exchange, ExchangeDeps, ExchangeRefusal, OldBalance } from './exchange-request.ts';
import { mostAheadMs } from './void-proof.ts';

export type CarriedOver = {
  /** How it is known: a report that came after the request goes before what that stated. */
  readonly from: 'lastReading' | 'stated';
  /** In what the old meter counts: one of the two is null. */
  readonly balanceWh: bigint | null;
  readonly balanceMinor: bigint | null;
  /** In what the new one counts. */
  readonly carriedWh: bigint | null;
  readonly carriedMinor: bigint | null;
  /** Millionths of a minor unit; null where both count the same, or nothing was left. */
  readonly perKwhMicro: bigint | null;
};

export const nothingCarried: Omit<CarriedOver, 'from'> = {
  ...{ balanceWh: 0n, balanceMinor: null, carriedWh: 0n, carriedMinor: null, perKwhMicro: null },
};

/** Writes nothing. */
export async function carriedOver(
  tx: Tx,
  deps: Pick<ExchangeDeps, 'grants' | 'utilities'>,
  o: Pick<Exchange, 'meter' | 'balance' | 'askedAtMs'> & { readonly connection: Connection },
): Promise<Result<CarriedOver, ExchangeRefusal>> {
  const read = await readAgain(tx, o);
  if (!read.ok) return read;
  const from = read.value.from === 'lastReading' ? 'lastReading' : 'stated';
  const carried = await carriedFrom(tx, deps, { ...o, balance: read.value });
  return carried.ok ? ok({ ...carried.value, from }) : carried;
}

/** What is carried over, before it is said how what was left is known. */
type Carried = Omit<CarriedOver, 'from'>;

async function carriedFrom(
  tx: Tx,
  deps: Pick<ExchangeDeps, 'grants' | 'utilities'>,
  o: Pick<Exchange, 'meter' | 'balance'> & { readonly connection: Connection },
): Promise<Result<Carried, ExchangeRefusal>> {
  const { connection } = o;
  const utility = await deps.utilities.get(connection.utilityId);
  const sellable = await loadConnectionsToSell(tx, [connection], { lock: false });
  const oldMoney = sellable.get(connection.connectionId)?.moneyMeter ?? null;
  const toMoney = o.meter.counts === 'money';
  const price = () => deps.grants.priceOnMeter(tx, { connection, meter: oldMoney });
  // Nothing could be sold to it otherwise.
  if (toMoney && (await price()) === null) return err('tariffNotForMeter');
  if (oldMoney === null) {
    const left = await energyLeft(tx, connection, o.balance);
    if (!left.ok) return left;
    const balance = { balanceWh: left.value, balanceMinor: null };
    if (!toMoney || left.value === 0n) return ok(inEnergy(balance, left.value, toMoney));
    const perKwhMicro = await price();
    if (perKwhMicro === null) return err('noPrice');
    const carriedMinor = energyInMoney(left.value, perKwhMicro);
    return ok({ ...balance, carriedWh: null, carriedMinor, perKwhMicro });
  }
  const left = await moneyLeft(tx, { connection, balance: o.balance, oldMoney, ...utility });
  if (!left.ok) return left;
  const balance = { balanceWh: null, balanceMinor: left.value };
  if (toMoney) return ok({ ...balance, ...inMoney(left.value), perKwhMicro: null });
  if (left.value === 0n) return ok(inEnergy(balance, 0n, false));
  const perKwhMicro = await price();
  if (perKwhMicro === null) return err('noPrice');
  const carriedWh = encodableWh(moneyInEnergy(left.value, perKwhMicro));
  return ok({ ...balance, carriedWh, carriedMinor: null, perKwhMicro });
}

const inMoney = (carriedMinor: bigint) => ({ carriedWh: null, carriedMinor });

const inEnergy = (
  balance: Pick<CarriedOver, 'balanceWh' | 'balanceMinor'>,
  leftWh: bigint,
  toMoney: boolean,
): Carried => ({
  ...balance,
  ...(toMoney ? inMoney(0n) : { carriedWh: encodableWh(leftWh), carriedMinor: null }),
  perKwhMicro: null,
});

/** The most that one token carries of it: steps of 100 Wh, rounded down. */
function encodableWh(balanceWh: bigint): bigint {
  const units = balanceWh / whPerUnit;
  if (units > maximumUnitsPerToken) return maximumUnitsPerToken * whPerUnit;
  return floorToEncodableUnits(units) * whPerUnit;
}

async function energyLeft(
  tx: Tx,
  connection: Connection,
  balance: OldBalance,
): Promise<Result<bigint, 'balanceUnknown' | 'balanceUnit'>> {
  if (balance.from === 'statedMoney') return err('balanceUnit');
  if (balance.from === 'stated') return ok(BigInt(balance.energyWh));
  const state = await stateOf(tx, connection);
  if (state === undefined) return err('balanceUnknown');
  return ok(state.available_energy_wh > 0n ? state.available_energy_wh : 0n);
}

async function moneyLeft(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly balance: OldBalance;
    readonly oldMoney: MoneyMeter;
    readonly currency: Currency;
  },
): Promise<Result<bigint, 'balanceUnknown' | 'balanceUnit'>> {
  const { balance } = o;
  // Nobody can know what was left: nothing, in whatever unit it is said.
  if (balance.from === 'stated') return balance.energyWh === '0' ? ok(0n) : err('balanceUnit');
  if (balance.from === 'statedMoney') return ok(BigInt(balance.amountMinor));
  const state = await stateOf(tx, o.connection);
  if (state === undefined) return err('balanceUnknown');
  if (!isOfCurrency(o.oldMoney, o.currency)) return err('balanceUnit');
  const report = state.report as { readonly money?: { readonly availableMicroMinor: string } };
  const micro = BigInt(report.money?.availableMicroMinor ?? 0);
  return ok(micro > 0n ? micro / 1_000_000n : 0n);
}

/**
 * What was stated with the request is read again at the exchange: the meter's report, if one came
 * since. Without one it stands, unless the meter was sold to or took something since, so that it
 * cannot be what is left; nor can a report from before a token that the meter took.
 */
async function readAgain(
  tx: Tx,
  o: Pick<Exchange, 'balance' | 'askedAtMs'> & { readonly connection: Connection },
): Promise<Result<OldBalance, 'balanceStale'>> {
  const { balance, connection } = o;
  // Nobody can know what was left: nothing is carried over, whatever came since.
  if (balance.from === 'stated' && balance.energyWh === '0') return ok(balance);
  const { rows } = await sql<{ reported: boolean; stale: boolean }>`
    SELECT coalesce(r.at > ${instant(o.askedAtMs)}, false) AS reported, EXISTS (
      SELECT FROM prewatt.tokens t WHERE t.bucket = m.bucket AND t.meter_id = m.id
        AND t.kind = 'credit' AND (t.state = 'accepted' AND t.heard_at > n.at
          OR ${balance.from !== 'lastReading'} AND t.state <> 'accepted' AND t.issued_at > n.at)
      ) AS stale
    FROM prewatt.meters m LEFT JOIN prewatt.meter_states s ON s.bucket = m.bucket
      AND s.meter_id = m.id AND s.clock_ahead_ms <= ${mostAheadMs}
    CROSS JOIN LATERAL (SELECT s.captured_at - s.clock_ahead_ms * interval '1 ms' AS at) r
    CROSS JOIN LATERAL (SELECT CASE WHEN ${balance.from === 'lastReading'} THEN r.at
      ELSE greatest(r.at, ${instant(o.askedAtMs)}) END AS at) n
    WHERE m.bucket = ${connection.bucket} AND m.id = ${connection.meter.meterId}::uuid`.execute(tx);
  const [row] = rows;
  if (row?.stale === true) return err('balanceStale');
  return ok(row?.reported === true ? { from: 'lastReading' } : balance);
}

const stateOf = (tx: Tx, connection: Connection) =>
  tx
    .selectFrom('meter_states')
    .select(['available_energy_wh', 'report'])
    .where('bucket', '=', connection.bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .executeTakeFirst();

/** The grant that brings it to the new meter; null when nothing does. */
export function replacementOf({ carriedWh, carriedMinor }: CarriedOver): GrantWhat | null {
  if (carriedMinor !== null && carriedMinor > 0n) {
    return { kind: 'replacement', creditMinor: carriedMinor };
  }
  return carriedWh !== null && carriedWh > 0n ? { kind: 'replacement', energyWh: carriedWh } : null;
}

export const knownLabels = {
  lastReading: 'by its last report',
  stated: 'as stated at the meter',
} as const;

/** What was said to be left, and how it is known. */
export function statedText(balance: OldBalance, currency: Currency): string {
  if (balance.from === 'lastReading') return `what was left ${knownLabels.lastReading}`;
  const left =
    balance.from === 'stated'
      ? `${formatKwh(BigInt(balance.energyWh))} kWh`
      : formatMoney(BigInt(balance.amountMinor), currency);
  return `${left}, ${knownLabels.stated}`;
}

/** What the second person reads: "ZAR 12.30, which is 5.5 kWh at ZAR 2.2000 a kilowatt-hour". */
export function carriedText(carried: CarriedOver, currency: Currency): string {
  const kWh = (wh: bigint | null) => `${formatKwh(wh ?? 0n)} kWh`;
  const money = (minor: bigint | null) => formatMoney(minor ?? 0n, currency);
  const { balanceWh, balanceMinor, carriedWh, carriedMinor, perKwhMicro } = carried;
  const left = balanceMinor === null ? kWh(balanceWh) : money(balanceMinor);
  if (perKwhMicro === null) return left;
  const got = carriedMinor === null ? kWh(carriedWh) : money(carriedMinor);
  const price = formatMoney((perKwhMicro + 500_000n) / 1_000_000n, currency);
  return `${left}, which is ${got} at ${price} a kilowatt-hour, the price on the meter now`;
}
