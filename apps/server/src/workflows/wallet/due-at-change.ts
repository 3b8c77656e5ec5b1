// What a change to wallet mode would leave a home with: the money that its meter's credit, or what
// the meter lent, becomes at the present price, and whether supply stays on with it. For the form,
// the second person and the customer, before it is done. Writes nothing.

import { civilDateOf, formatKwh, formatMoney, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { worthOf } from './carry.ts';
import { leastPaymentAtChange } from './least-payment.ts';
import { balanceOf } from './store.ts';
import { type KeptBy, supplyAt } from './supply.ts';

export type DueAtChange = {
  /** By the meter's last word; below zero it has lent that. */
  readonly energyWh: bigint;
  /** What that becomes, below zero owed; null without a price. */
  readonly carriedMinor: bigint | null;
  /** With the money that was kept before. */
  readonly balanceMinor: bigint | null;
  /** `untilMs`: what keeps it on ends then; null where nothing is known to end. */
  readonly supply: 'on' | 'kept' | 'off';
  /** By what it is kept on; null where it is not kept, or the balance is not known. */
  readonly keptBy: KeptBy | null;
  readonly untilMs: number | null;
  /** What has to be paid for supply to stay on; null where nothing has. */
  readonly leastMinor: bigint | null;
};

export async function dueAtChange(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'>; readonly nowMs: () => number },
  o: { readonly utility: Utility; readonly connection: Connection },
): Promise<DueAtChange> {
  const { connection } = o;
  const state = await tx
    .selectFrom('meter_states')
    .select(['available_energy_wh', 'owed_energy_wh'])
    .where('bucket', '=', connection.bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .executeTakeFirst();
  const energyWh = (state?.available_energy_wh ?? 0n) - (state?.owed_energy_wh ?? 0n);
  const isCredit = energyWh >= 0n;
  const worth = await worthOf(tx, deps, { ...o, energyWh: isCredit ? energyWh : -energyWh });
  if (!worth.ok) {
    const unknown = { carriedMinor: null, balanceMinor: null, untilMs: null, leastMinor: null };
    return { energyWh, ...unknown, supply: isCredit ? 'on' : 'kept', keptBy: null };
  }
  const carriedMinor = isCredit ? worth.value.totalMinor : -worth.value.totalMinor;
  const balanceMinor = (await balanceOf(tx, connection)) + carriedMinor;
  const nowMs = deps.nowMs();
  const then = await supplyOfBalance(tx, deps, { ...o, balanceMinor, nowMs });
  return {
    ...{ energyWh, carriedMinor, balanceMinor, ...then },
    leastMinor: await leastPaymentAtChange(tx, deps, { ...o, balanceMinor, nowMs }),
  };
}

/** What becomes of supply in a wallet that begins with a balance. */
export async function supplyOfBalance(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: Omit<Parameters<typeof supplyAt>[2], 'supply'>,
): Promise<Pick<DueAtChange, 'supply' | 'keptBy' | 'untilMs'>> {
  const { supply, keptBy, untilMs } = await supplyAt(tx, deps, { ...o, supply: 'on' });
  return { supply: supply === 'on' || supply === 'off' ? supply : 'kept', keptBy, untilMs };
}

type Fact = { readonly label: string; readonly value: string };

/** For the second person: what is carried, what is owed then, and what becomes of supply. */
export function factsOfDue(due: DueAtChange, { currency, zone }: Utility, nowMs: number): Fact[] {
  const { energyWh, carriedMinor, balanceMinor, leastMinor } = due;
  const sum = (minor: bigint | null): string =>
    minor === null ? 'unknown' : formatMoney(minor < 0n ? -minor : minor, currency);
  const owes = energyWh < 0n;
  const carried: Fact = owes
    ? {
        label: 'Carried over',
        value:
          `${formatKwh(-energyWh)} kWh that the meter has lent become ${sum(carriedMinor)} owed, at ` +
          'today’s price; all of it is due at once, not a part of each purchase',
      }
    : { label: 'Carried over', value: `${formatKwh(energyWh)} kWh, worth ${sum(carriedMinor)}` };
  if (balanceMinor !== null && balanceMinor > 0n) {
    const value = `Stays on until ${sum(balanceMinor)} are used up; then it goes off, unless a rule keeps it on`;
    return [carried, { label: 'Supply', value }];
  }
  if (balanceMinor === null || due.supply === 'on') return [carried];
  const pay = `the customer pays at least ${sum(leastMinor)} now, or more when it is later`;
  return [carried, { label: 'Supply', value: supplyText(due, { pay, zone, nowMs }) }];
}

function supplyText(
  { supply, keptBy, untilMs }: DueAtChange,
  o: { readonly pay: string; readonly zone: string; readonly nowMs: number },
): string {
  const { pay } = o;
  if (supply === 'off') return `Goes off with the change, until ${pay}`;
  if (keptBy === 'marked') return 'It is not cut, as the home is marked; what it uses is owed';
  if (keptBy === 'emergency') {
    return `Stays on by emergency credit; when that is used up it goes off, unless ${pay}`;
  }
  return untilMs === null
    ? `Stays on by a rule; when that ends it goes off, unless ${pay}`
    : `Goes off ${offText(untilMs, o)}, when what keeps it on ends, unless ${pay}`;
}

/** "at 08:00", or with its day where that is another one. */
function offText(atMs: number, o: { readonly zone: string; readonly nowMs: number }): string {
  const at = zonedAt(atMs, o.zone);
  const clock = at.toPlainTime().toString().slice(0, 5);
  if (civilDateOf(o.nowMs, o.zone) === at.toPlainDate().toString()) return `today at ${clock}`;
  const form = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  return `${at.toPlainDate().toLocaleString('en-GB', form)}, ${clock}`;
}
