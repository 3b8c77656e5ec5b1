// Energy that becomes a customer's money: what a meter hands over at the change to wallet mode, and
// the credit of tokens that it takes after it. Each watt-hour at a price that was paid for it.

import { accounts, type Transfer } from '@prewatt/ledger';
import { err, ok, type Result, zonedAt } from '@prewatt/quantities';
import {
  countingPeriod,
  positionFromJson,
  positionToJson,
  type TariffPosition,
} from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { postTransfers } from '../../money/ledger/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { type Connection, setTariffPosition } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { costOf, type EnergyCost } from './cost.ts';

export type CarryDeps = {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export type Worth = EnergyCost & {
  /** The period's position without the energy, which is not used yet. */
  readonly position: TariffPosition;
};

/**
 * What the last energy of the tariff's period, mostly this month, cost, without fees: energy that
 * was bought and not used, at the price that it was bought at last.
 */
export async function worthOf(
  tx: Tx,
  deps: Pick<CarryDeps, 'tariffs' | 'nowMs'>,
  o: { readonly utility: Utility; readonly connection: Connection; readonly energyWh: bigint },
): Promise<Result<Worth, 'noPrice'>> {
  const { connection, utility, energyWh } = o;
  const now = zonedAt(deps.nowMs(), utility.zone);
  const date = now.toPlainDate().toString();
  const read = positionFromJson(connection.tariffPosition);
  if (!read.ok) return err('noPrice');
  const inForce = (await deps.tariffs.inForce(tx, [connection]))(connection, date);
  if (inForce === null) return err('noPrice');
  const isRunning = read.value.month === countingPeriod(inForce.tariff, read.value, date);
  const bought = isRunning ? read.value.energyWhThisMonth : 0n;
  const back = bought < energyWh ? bought : energyWh;
  const position: TariffPosition = isRunning
    ? { ...read.value, energyWhThisMonth: bought - back }
    : read.value;
  // Free energy of the period is not money.
  const priced = { ...position, freeEnergyWhThisMonth: freeIsGone };
  const cost = await costOf(tx, deps, { ...o, nowMs: deps.nowMs(), position: priced });
  if (cost === null || cost.energyMinor < 0n || cost.taxMinor < 0n) return err('noPrice');
  return ok({ ...cost, position });
}

const freeIsGone = 10n ** 15n;

export type Carried = { readonly amountMinor: bigint; readonly energyWh: bigint };

/** What is handed over becomes the customer's money; what the meter was owed is paid with it. */
export async function carryIn(
  tx: Tx,
  deps: CarryDeps,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly modeChangeId: string;
    readonly handedOverWh: bigint;
    readonly owedWh: bigint;
    /** Of a meter that counted in money: what it held less what it was owed. */
    readonly handedOverMinor: bigint;
  },
): Promise<Result<Carried, 'noPrice'>> {
  const { connection, handedOverMinor } = o;
  const energyWh = o.handedOverWh - o.owedWh;
  const isCredit = energyWh >= 0n;
  const worth = await worthOf(tx, deps, { ...o, energyWh: isCredit ? energyWh : -energyWh });
  if (!worth.ok) return worth;
  const { position } = worth.value;
  const sign = isCredit ? 1n : -1n;
  const moves = [
    move(connection, 'energy', sign * worth.value.energyMinor),
    move(connection, 'energy', handedOverMinor),
    move(connection, 'tax', sign * worth.value.taxMinor),
  ].flatMap((each) => each ?? []);
  await post(tx, deps, { ...o, transfers: moves });
  if (isCredit && energyWh > 0n) {
    await setTariffPosition(tx, connection, positionToJson(position));
  }
  return ok({ amountMinor: sign * worth.value.totalMinor + handedOverMinor, energyWh });
}

/** To the customer when it is positive, from the customer when it is negative. */
function move(connection: Connection, kind: 'energy' | 'tax', minor: bigint): Transfer | null {
  if (minor === 0n) return null;
  const prepaid = accounts.customerPrepaid(connection);
  const ours = kind === 'energy' ? accounts.energySales(connection) : accounts.tax(connection);
  return minor > 0n
    ? {
        debitAccount: ours,
        creditAccount: prepaid,
        amountMinor: minor,
        reason: kind === 'energy' ? 'carriedEnergy' : 'carriedTax',
      }
    : { debitAccount: prepaid, creditAccount: ours, amountMinor: -minor, reason: kind };
}

function post(
  tx: Tx,
  deps: CarryDeps,
  o: {
    readonly connection: Connection;
    readonly modeChangeId: string;
    readonly transfers: readonly Transfer[];
  },
): Promise<string[]> {
  const context = { place: o.connection, saleId: null, paymentId: null };
  const { newUuid } = deps;
  const { modeChangeId, transfers } = o;
  const postedAtMs = deps.nowMs();
  return postTransfers(tx, { ...context, postedAtMs, newUuid, modeChangeId }, transfers);
}

/**
 * Credit that the meter took after it had handed over the rest becomes money at the price of the
 * handover; where nothing was handed over, at what the last of the month's energy cost on that day.
 */
export async function carryLate(
  tx: Tx,
  deps: CarryDeps,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly change: {
      readonly id: string;
      readonly energyWh: bigint;
      readonly handedOverAtMs: number;
    };
    readonly energyWh: bigint;
  },
): Promise<Result<bigint, 'noPrice'>> {
  const { connection, change, energyWh } = o;
  const price = await handoverPrice(tx, connection, change);
  const atHandover = { ...deps, nowMs: () => change.handedOverAtMs };
  const worth = price === null ? await worthOf(tx, atHandover, o) : ok(price(energyWh));
  if (!worth.ok) return worth;
  const prepaid = accounts.customerPrepaid(connection);
  const { energyMinor, taxMinor } = worth.value;
  const transfers: Transfer[] = [
    {
      debitAccount: accounts.energySales(connection),
      creditAccount: prepaid,
      amountMinor: energyMinor,
      reason: 'lateTokenEnergy' as const,
    },
    {
      debitAccount: accounts.tax(connection),
      creditAccount: prepaid,
      amountMinor: taxMinor,
      reason: 'lateTokenTax' as const,
    },
  ].filter((each) => each.amountMinor > 0n);
  await post(tx, deps, { connection, modeChangeId: change.id, transfers });
  return ok(energyMinor + taxMinor);
}

type Price = (energyWh: bigint) => Pick<EnergyCost, 'energyMinor' | 'taxMinor'>;

/** What the handover was made at; null where it carried no energy. */
async function handoverPrice(
  tx: Tx,
  connection: Connection,
  change: { readonly id: string; readonly energyWh: bigint },
): Promise<Price | null> {
  const carriedWh = change.energyWh;
  if (carriedWh <= 0n) return null;
  const rows = await tx
    .selectFrom('transfers')
    .select(['reason', 'amount_minor'])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .where('mode_change_id', '=', change.id)
    .where('reason', 'in', ['carriedEnergy', 'carriedTax'])
    .execute();
  const sum = (reason: 'carriedEnergy' | 'carriedTax') =>
    rows.reduce((total, row) => (row.reason === reason ? total + row.amount_minor : total), 0n);
  const [energyMinor, taxMinor] = [sum('carriedEnergy'), sum('carriedTax')];
  // Up, so that nothing that was paid is lost to rounding.
  const share = (minor: bigint, energyWh: bigint) =>
    (minor * energyWh + carriedWh - 1n) / carriedWh;
  return (energyWh) => ({
    energyMinor: share(energyMinor, energyWh),
    taxMinor: share(taxMinor, energyWh),
  });
}
