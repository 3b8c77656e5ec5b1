// The operator's view of sales: lists, one sale with its timeline, and the list of those that need
// somebody.

import type { AttentionRow, ProofLaw, SaleDetail, SalePage, SaleRow } from '@prewatt/api';
import { formatMoney, idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import {
  copyLines,
  isCarriedSale,
  paidMinorOf,
  type StuckReason,
  storedLinesJson,
  storedTakenJson,
  stuckText,
} from '../../money/vending/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { lastFailure } from '../../reports/proof/index.ts';
import { correctionLines } from '../../workflows/corrections/index.ts';
import { wordsOfRefusal } from './labels.ts';

const pageSize = 50;

/** Of several tokens of a sale, the refused one, or else the last that is not accepted yet. */
const tokenThatMatters = sql<string>`(SELECT t.id FROM prewatt.tokens t
  WHERE t.bucket = sales.bucket AND t.sale_id = sales.id
  ORDER BY t.state = 'refused' DESC, t.state = 'issued' DESC, t.tid DESC LIMIT 1)`;

/** Sales with what their rows show. */
export function salesWithFacts(tx: Tx) {
  return tx
    .selectFrom('sales')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'sales.bucket')
        .onRef('connections.id', '=', 'sales.connection_id'),
    )
    .innerJoin('meters', (join) =>
      join.onRef('meters.bucket', '=', 'sales.bucket').onRef('meters.id', '=', 'sales.meter_id'),
    )
    .leftJoin('payments', (join) =>
      join.onRef('payments.bucket', '=', 'sales.bucket').onRef('payments.sale_id', '=', 'sales.id'),
    )
    .leftJoin('tokens', (join) =>
      join.onRef('tokens.bucket', '=', 'sales.bucket').on('tokens.id', '=', tokenThatMatters),
    )
    .leftJoin('vendor_sales', (join) =>
      join
        .onRef('vendor_sales.bucket', '=', 'sales.bucket')
        .onRef('vendor_sales.sale_id', '=', 'sales.id'),
    )
    .leftJoin('vendors', 'vendors.id', 'vendor_sales.vendor_id')
    .selectAll('sales')
    .select(paidMinorOf('sales').as('paid_minor'))
    .select([
      'connections.name as connection_name',
      'meters.meter_pan',
      'payments.provider',
      'vendors.name as vendor_name',
      'payments.provider_reference',
      'tokens.digits',
      'tokens.state as token_state',
      'tokens.state_at as token_state_at',
      'tokens.origin as token_origin',
      'tokens.refusal as token_refusal',
    ]);
}

export type FoundSale = Awaited<ReturnType<ReturnType<typeof salesWithFacts>['execute']>>[number];

/** "R 20.00 came, R 40.00 was asked for"; null where that came which was asked for. */
const otherAmount = (row: FoundSale, { currency }: Utility): string | null =>
  row.paid_minor === row.amount_minor
    ? null
    : `${formatMoney(row.paid_minor, currency)} came, ${formatMoney(row.amount_minor, currency)} was asked for`;

const reasonOf = (row: FoundSale): string | null => {
  if (row.state === 'paymentRefused') return 'The customer or the provider refused the payment';
  if (row.state === 'paymentExpired') return 'Nobody paid in time';
  return row.stuck_reason === null ? null : stuckText[row.stuck_reason as StuckReason].reason;
};

export function saleRowOf(row: FoundSale): SaleRow {
  return {
    saleId: idFromUuid('sale', row.id),
    connectionId: idFromUuid('connection', row.connection_id),
    connectionName: row.connection_name,
    meterPan: row.meter_pan,
    requestedAt: isoOf(row.requested_at),
    amountMinor: row.paid_minor.toString(),
    energyWh: row.energy_wh?.toString() ?? null,
    creditMinor: row.credit_minor?.toString() ?? null,
    state: row.state,
    reason: reasonOf(row),
    provider: row.vendor_name ?? row.provider ?? '',
    carried: isCarriedSale(row.request_id),
    tokenLastFour: row.digits?.slice(-4) ?? null,
  };
}

/** Sales of a utility or of one connection, newest first. `cursor` is the last row's time. */
export async function salePage(
  tx: Tx,
  utility: Utility,
  o: {
    readonly connectionId?: string;
    readonly where?: RawBuilder<SqlBool>;
    readonly cursor: string | null;
  },
): Promise<SalePage> {
  let query = salesWithFacts(tx).where('sales.utility_id', '=', utility.id);
  if (o.connectionId !== undefined) query = query.where('sales.connection_id', '=', o.connectionId);
  if (o.where !== undefined) query = query.where(o.where);
  // Identifiers are ordered by time, so the last one seen is the whole cursor.
  if (o.cursor !== null && /^[0-9a-f-]{36}$/.test(o.cursor)) {
    query = query.where('sales.id', '<', o.cursor);
  }
  const rows = await query
    .orderBy('sales.id', 'desc')
    .limit(pageSize + 1)
    .execute();
  const shown = rows.slice(0, pageSize);
  return {
    rows: shown.map(saleRowOf),
    nextCursor: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}

export async function saleDetail(
  tx: Tx,
  utility: Utility,
  saleId: string,
): Promise<SaleDetail | null> {
  const row = await salesWithFacts(tx).where('sales.id', '=', saleId).executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...saleRowOf(row),
    ...storedTakenJson(row),
    lines: storedLinesJson(row.lines),
    remainderMinor: (row.remainder_minor ?? 0n).toString(),
    paymentReference: row.provider_reference,
    timeline: [...timelineOf(row, utility), ...(await doneAbout(tx, row))],
  };
}

/** Corrections and copies of its receipt, in order of time. */
async function doneAbout(tx: Tx, row: FoundSale): Promise<SaleDetail['timeline']> {
  const of = { bucket: row.bucket, saleId: row.id };
  return [...(await correctionLines(tx, of)), ...(await copyLines(tx, of))]
    .sort((a, b) => a.atMs - b.atMs)
    .map((line) => ({ at: isoOf(line.atMs), text: line.text }));
}

/** One row of the list, after an operator acted on it. */
export async function saleRow(tx: Tx, saleId: string): Promise<SaleRow | null> {
  const row = await salesWithFacts(tx).where('sales.id', '=', saleId).executeTakeFirst();
  return row === undefined ? null : saleRowOf(row);
}

const originWords = {
  keypad: 'typed by hand',
  remote: 'sent by the head-end',
  card: 'loaded from a card',
};

function timelineOf(row: FoundSale, utility: Utility): SaleDetail['timeline'] {
  const other = otherAmount(row, utility);
  const how = originWords[row.token_origin ?? 'remote'];
  const steps: (readonly [number | null, string])[] = [
    ...(isCarriedSale(row.request_id)
      ? [[row.paid_at, 'The wallet’s money became a token: its mode changed'] as const]
      : ([
          [row.requested_at, 'Purchase requested'],
          [row.paid_at, `Payment received${other === null ? '' : `: ${other}`}`],
        ] as const)),
    [row.issued_at, 'Token made'],
    [row.token_state === 'accepted' ? row.token_state_at : null, `Accepted by the meter, ${how}`],
    [
      row.token_state === 'refused' ? row.token_state_at : null,
      `Refused by the meter: ${wordsOfRefusal(row.token_refusal)}`,
    ],
    [row.stuck_at, `Stuck: ${reasonOf(row)}`],
  ];
  return steps.flatMap(([at, text]) => (at === null ? [] : [{ at: isoOf(at), text }]));
}

/** A meter whose link is up takes a token within seconds. */
const usuallyTakenMs = 15 * 60_000;
const lookBackDays = 60;
/** A wallet's command that is not done by then has its line among the meters: not two of one. */
const toldOfMeterMs = 60 * 60_000;

/**
 * Paid sales that their meter has not taken, at homes that are off for lack of credit: they wait
 * for somebody at once, not when delivery is given up.
 */
async function waitingInTheDark(
  tx: Tx,
  utility: Utility,
  nowMs: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`SELECT s.id FROM prewatt.meter_states st
    JOIN prewatt.sales s ON s.bucket = st.bucket AND s.connection_id = st.connection_id
      AND s.meter_id = st.meter_id AND s.state = 'issued'
      AND (st.link_up IS NOT TRUE OR s.issued_at < ${instant(nowMs - usuallyTakenMs)})
      AND s.requested_at > ${instant(nowMs)}::timestamptz - make_interval(days => ${lookBackDays})
    WHERE st.utility_id = ${utility.id}::uuid AND st.load_switch = 'disconnected'
      AND st.credit_status = 'outOfCredit'
    ORDER BY s.issued_at LIMIT ${attentionRows}`.execute(tx);
  return [...rows.map(({ id }) => id), ...(await paidWalletsInTheDark(tx, utility, nowMs))];
}

/**
 * A wallet has money again, and its meter has not done the command that turns supply on: the newest
 * payment stands for it.
 */
async function paidWalletsInTheDark(
  tx: Tx,
  utility: Utility,
  nowMs: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`SELECT paid.id FROM prewatt.wallets w
    JOIN prewatt.meter_states st ON st.bucket = w.bucket AND st.meter_id = w.meter_id
      AND st.load_switch = 'disconnected'
    JOIN prewatt.commands c ON c.bucket = w.bucket AND c.id = w.command_id
      AND c.kind = 'switchClose' AND c.stage <> 'done'
    CROSS JOIN LATERAL (SELECT s.id, s.issued_at FROM prewatt.sales s
      WHERE s.bucket = w.bucket AND s.connection_id = w.connection_id AND s.state = 'delivered'
        AND s.requested_at > ${instant(nowMs)}::timestamptz - make_interval(days => ${lookBackDays})
      ORDER BY s.requested_at DESC LIMIT 1) paid
    WHERE w.utility_id = ${utility.id}::uuid AND w.since_at IS NOT NULL AND w.supply <> 'off'
      AND c.result ->> 'reason' IS DISTINCT FROM 'controlMode'
      AND w.supply_at >= ${instant(nowMs - toldOfMeterMs)}
      AND (st.link_up IS NOT TRUE OR w.supply_at < ${instant(nowMs - usuallyTakenMs)})
    ORDER BY paid.issued_at LIMIT ${attentionRows}`.execute(tx);
  return rows.map(({ id }) => id);
}

type Attention = { rows: AttentionRow[]; nextCursor: null };
const attentionRows = 200;

/**
 * What needs somebody, oldest first: stuck sales, those that wait at a home that is off, and those
 * that the last proof has something against.
 */
export async function attentionPage(tx: Tx, utility: Utility, nowMs: number): Promise<Attention> {
  const failure = await lastFailure(tx, utility.id);
  const brokenBySale = salesOf(failure?.laws ?? []);
  const dark = await waitingInTheDark(tx, utility, nowMs);
  const saleIds = [...dark, ...brokenBySale.keys()].slice(0, attentionRows);
  const rows = await salesWithFacts(tx)
    .where('sales.utility_id', '=', utility.id)
    .where((eb) =>
      eb.or([
        eb('sales.state', '=', 'stuck'),
        // Its token was taken after all: somebody has to see it.
        eb.and([eb('sales.state', '=', 'reversed'), eb('sales.stuck_reason', 'is not', null)]),
        ...(saleIds.length === 0 ? [] : [eb('sales.id', 'in', saleIds)]),
      ]),
    )
    .orderBy((eb) => eb.fn.coalesce('sales.stuck_at', 'sales.requested_at'))
    .limit(attentionRows)
    .execute();
  return {
    rows: rows.map((row) => attentionRow(row, { utility, broken: brokenBySale.get(row.id) })),
    nextCursor: null,
  };
}

/** Sales of the list; and whether the last proof failed without naming any. */
export async function saleCount(
  tx: Tx,
  utility: Utility,
  nowMs: number,
): Promise<{ readonly sales: number; readonly unnamed: 0 | 1 }> {
  const stuck = await tx
    .selectFrom('sales')
    .where('utility_id', '=', utility.id)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'stuck'),
        eb.and([eb('state', '=', 'reversed'), eb('stuck_reason', 'is not', null)]),
      ]),
    )
    .select(sql<bigint>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  const failure = await lastFailure(tx, utility.id);
  const broken = [...salesOf(failure?.laws ?? []).keys()];
  const unnamed = failure !== null && broken.length === 0 ? 1 : 0;
  const saleIds = [...new Set([...(await waitingInTheDark(tx, utility, nowMs)), ...broken])];
  if (saleIds.length === 0) return { sales: Number(stuck.total), unnamed };
  const others = await tx
    .selectFrom('sales')
    .where('utility_id', '=', utility.id)
    .where('id', 'in', saleIds)
    .where('stuck_reason', 'is', null)
    .select(sql<bigint>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return { sales: Number(stuck.total + others.total), unnamed };
}

/** What a failed proof has against each sale that it names. */
function salesOf(laws: readonly ProofLaw[]): Map<string, string> {
  const broken = new Map<string, string>();
  for (const { law, rules } of laws) {
    for (const rule of rules) {
      for (const { saleId, detail } of rule.findings) {
        if (saleId === null || broken.has(saleId)) continue;
        const more = detail === null ? '' : `: ${detail}`;
        broken.set(saleId, `The proof of law ${law} failed: among ${rule.broken}${more}`);
      }
    }
  }
  return broken;
}

const waitsInTheDark = {
  reason: 'Paid, and the meter has not taken it; supply is off as far as we heard',
  advice:
    'Ask the customer to type the token, which the sale shows, and see the link of the meter.',
};

const walletInTheDark = {
  reason: 'Paid into the wallet, and the meter has not turned supply on as far as we heard',
  advice: 'See the link of the meter: the command is sent again as soon as it is there.',
};

function attentionRow(
  row: FoundSale,
  { utility, broken }: { readonly utility: Utility; readonly broken: string | undefined },
): AttentionRow {
  const stuck = row.stuck_reason === null ? null : stuckText[row.stuck_reason as StuckReason];
  const refusal = row.token_refusal === null ? '' : ` (${wordsOfRefusal(row.token_refusal)})`;
  const inTheDark = row.state === 'delivered' ? walletInTheDark : waitsInTheDark;
  const isListedForIt = stuck === null && broken === undefined && row.state !== 'reversed';
  const waits = isListedForIt ? inTheDark : undefined;
  const stopped = stuck === null ? waits?.reason : `${stuck.reason}${refusal}`;
  const reasons = [stopped, otherAmount(row, utility) ?? undefined, broken];
  return {
    saleId: idFromUuid('sale', row.id),
    connectionId: idFromUuid('connection', row.connection_id),
    connectionName: row.connection_name,
    meterPan: row.meter_pan,
    since: isoOf(row.stuck_at ?? row.issued_at ?? row.requested_at),
    amountMinor: row.paid_minor.toString(),
    reason: reasons.filter((reason) => reason !== undefined).join('. '),
    advice:
      stuck?.advice ??
      waits?.advice ??
      'Rows of this sale contradict each other: somebody or something changed them. ' +
        'Compare it with its payment and its meter, and ask who had access to the database.',
    canRetry: row.issued_at === null && row.state === 'stuck',
  };
}
