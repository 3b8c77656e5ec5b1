// What a customer is told about prices: the price list in plain sentences, what changes and when,
// and why the same money bought more or less than last time.

import type { PricesView } from '@prewatt/api';
import { civilDateOf, idFromUuid } from '@prewatt/quantities';
import {
  type Charging,
  type ComparedPurchase,
  compareTariffs,
  describeTariff,
  explainChange,
} from '@prewatt/tariff';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { loadConnectionsToSell } from '../../money/connections-to-sell/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

/** A priced row, of an offer or of a sale. */
export type PricedRow = {
  readonly amount_minor: bigint;
  /** Of a sale: what came for it. */
  readonly paid_minor?: bigint;
  readonly brought_forward_minor: bigint | null;
  readonly energy_wh: bigint | null;
  readonly lines: object | null;
  readonly remainder_minor: bigint | null;
  readonly tariff_version_id: string | null;
  readonly month_energy_before_wh: bigint | null;
};

/**
 * "Last time 16.8 kWh, now 4.0 kWh, because …", then one sentence for each further difference.
 * Empty for a first purchase, and for one whose prices were not kept. Compared with the last one
 * before `beforeMs`; of purchases of one instant, as one batch makes them, by the month's energy.
 */
export async function whyOf(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly tariffs: Pick<Tariffs, 'documentOf'>;
    readonly row: PricedRow;
    readonly beforeMs: number;
  },
): Promise<string[]> {
  const at = new Date(o.beforeMs);
  const previous = await tx
    .selectFrom('sales')
    .selectAll()
    .select(paidMinorOf('sales').as('paid_minor'))
    .where('bucket', '=', o.connection.bucket)
    .where('connection_id', '=', o.connection.connectionId)
    .where(sql<boolean>`(issued_at < ${at} OR (issued_at = ${at} AND
      month_energy_before_wh < ${o.row.month_energy_before_wh}))`)
    .where('state', '<>', 'reversed')
    .orderBy('issued_at', 'desc')
    .orderBy('month_energy_before_wh', (order) => order.desc().nullsLast())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (previous === undefined) return [];
  const before = await comparedOf(tx, previous, o);
  const now = await comparedOf(tx, o.row, o);
  return before === null || now === null ? [] : explainChange(before, now);
}

type StoredLine = {
  readonly kind: 'energy' | 'tax' | 'fee' | 'debt';
  readonly code?: string;
  readonly label: string;
  readonly amountMinor: string;
  readonly energyWh: string | null;
};

async function comparedOf(
  tx: Tx,
  row: PricedRow,
  o: { readonly utility: Utility; readonly tariffs: Pick<Tariffs, 'documentOf'> },
): Promise<ComparedPurchase | null> {
  // Neither a wallet nor a meter that counts money was sold energy.
  if (row.energy_wh === null || row.energy_wh === 0n) return null;
  if (row.tariff_version_id === null) return null;
  const tariff = await o.tariffs.documentOf(tx, row.tariff_version_id);
  if (tariff === null) return null;
  const lines = (row.lines ?? []) as readonly StoredLine[];
  return {
    tariffId: tariff.id,
    tariffVersion: tariff.version,
    currency: o.utility.currency,
    paidMinor: row.paid_minor ?? row.amount_minor,
    broughtForwardMinor: row.brought_forward_minor ?? 0n,
    energyWh: row.energy_wh,
    remainderMinor: row.remainder_minor ?? 0n,
    monthEnergyWhBefore: row.month_energy_before_wh ?? 0n,
    lines: lines.map(({ kind, code = kind, label, amountMinor, energyWh }) => ({
      kind,
      code,
      label,
      amountMinor: BigInt(amountMinor),
      ...(energyWh !== null && { energyWh: BigInt(energyWh) }),
    })),
  };
}

const chargingOf = async (tx: Tx, connection: Connection): Promise<Charging> => {
  if (connection.creditMode === 'wallet') return 'use';
  const found = await loadConnectionsToSell(tx, [connection], { lock: false });
  return found.get(connection.connectionId)?.moneyMeter == null ? 'purchase' : 'meter';
};

/** The price list of a connection today, and the next change that is decided. */
export async function pricesView(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly tariffs: Tariffs;
    readonly nowMs: number;
  },
): Promise<PricesView> {
  const { connection, utility, tariffs } = o;
  const today = civilDateOf(o.nowMs, utility.zone);
  const inForce = await tariffs.inForce(tx, [connection]);
  const now = inForce(connection, today);
  const charging = await chargingOf(tx, connection);
  const view = {
    charging,
    connection: {
      connectionId: idFromUuid('connection', connection.connectionId),
      name: connection.name,
    },
    since: now?.tariff.effectiveFrom ?? null,
    sections:
      now === null
        ? []
        : describeTariff(now.tariff, { date: today, parameters: now.parameters, charging }),
    coming: null,
  };
  const days = await tariffs.changesAfter(tx, connection, today);
  for (const from of days) {
    const next = inForce(connection, from);
    if (next === null || now === null || next.versionId === now.versionId) continue;
    const { gone, added } = compareTariffs(now.tariff, next.tariff, { charging });
    return { ...view, coming: { from, gone, added } };
  }
  return view;
}
