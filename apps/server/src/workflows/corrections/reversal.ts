// A sale whose tokens provably are void is undone. Its transfers are reversed, its money goes
// back, the tariff's counters forget it, and nothing is delivered any more. In the caller's
// transaction; a refusal leaves nothing that the caller may keep.

import {
  accounts,
  type PostedTransfer,
  type Reversal,
  refundPosting,
  saleReversal,
  type Transfer,
} from '@prewatt/ledger';
import {
  civilDateOf,
  err,
  expectOk,
  formatAmount,
  idFromUuid,
  ok,
  type Result,
} from '@prewatt/quantities';
import { positionFromJson, positionToJson, undoPurchase } from '@prewatt/tariff';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { sayTo } from '../../messaging/texts/index.ts';
import type { Webhooks } from '../../messaging/webhooks/index.ts';
import type { Commands } from '../../metering/headend/index.ts';
import { markReversed } from '../../money/vending/index.ts';
import { giveBackToFloat } from '../../money/vendors/index.ts';
import {
  type ConnectionPlace,
  loadConnectionForUpdate,
  setTariffPosition,
} from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { CorrectionProof, ProofRefusal } from './errors.ts';
import {
  type By,
  changeOf,
  correctionOfRequest,
  creditNotesAbout,
  freePrepaidOf,
  insertCorrection,
  lockSale,
  type PaidSaleRow,
  postFor,
  readSale,
  standingTransfers,
} from './store.ts';
import { type StatedRegister, voidProof } from './void-proof.ts';

export type ReversalDeps = {
  readonly utilities: Utilities;
  readonly commands: Pick<Commands, 'cancel'>;
  readonly messages: Pick<Messages, 'queue'>;
  /** Programs of others, by webhook. */
  readonly webhooks: Pick<Webhooks, 'tell'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

/** To the customer's prepaid money, to whoever paid, or on to another connection. */
export type MoneyGoes = 'prepaid' | 'payer' | 'connection';

export type ReversalRefusal =
  | 'requestIdReused'
  | 'unknownSale'
  | 'alreadyReversed'
  | 'notPaid'
  | 'creditNoteGiven'
  | ProofRefusal
  | 'noPayer'
  | 'moneySpentSince';

export type ReversalOrder = {
  readonly place: ConnectionPlace;
  readonly saleId: string;
  readonly requestId: string;
  readonly moneyGoes: MoneyGoes;
  /** The meter's register of credit as somebody has read it; null where nobody did. */
  readonly stated: StatedRegister | null;
  readonly reason: string;
  readonly by: By;
};

type MoneyTo = ColumnValue<'corrections', 'money_to'>;

export type Reversed = {
  readonly correctionId: string;
  readonly sale: PaidSaleRow;
  readonly proof: CorrectionProof;
  readonly moneyTo: MoneyTo;
};

/** Whether it could be done now, and with which proof. Writes and locks nothing. */
export async function mayReverse(
  tx: Tx,
  o: Pick<ReversalOrder, 'place' | 'saleId' | 'moneyGoes' | 'stated'>,
): Promise<
  Result<{ readonly sale: PaidSaleRow; readonly proof: CorrectionProof }, ReversalRefusal>
> {
  const sale = await readSale(tx, o.place, o.saleId);
  if (sale === null) return err('unknownSale');
  if (sale.state === 'reversed') return err('alreadyReversed');
  if (sale.payer === null) return err('notPaid');
  if ((await creditNotesAbout(tx, sale)) > 0n) return err('creditNoteGiven');
  const proof = await voidProof(tx, sale, o.stated);
  if (!proof.ok) return proof;
  if (moneyToOf(sale, o.moneyGoes) === null) return err('noPayer');
  return ok({ sale, proof: proof.value });
}

export async function reverseSale(
  tx: Tx,
  given: ReversalDeps,
  o: ReversalOrder,
): Promise<Result<Reversed, ReversalRefusal>> {
  // One moment: the sale is reversed when its correction is made, and the proof compares them.
  const atMs = given.nowMs();
  const deps = { ...given, nowMs: () => atMs };
  const { place, saleId } = o;
  if ((await lockSale(tx, place, saleId)) === null) return err('unknownSale');
  const known = await correctionOfRequest(tx, { ...o, kind: 'reversal' });
  if (known !== undefined && known.sale_id !== saleId) return err('requestIdReused');
  const connection = await loadConnectionForUpdate(tx, place);
  if (connection === null) return err('unknownSale');
  const may = await mayReverse(tx, o);
  if (!may.ok) return may;
  const { sale, proof } = may.value;
  const moneyTo = moneyToOf(sale, o.moneyGoes);
  if (moneyTo === null) return err('noPayer');
  const transfers = await transfersOf(tx, { place, sale, moneyTo });
  const leaves = moneyTo === 'connection' ? sale.amountMinor : 0n;
  const prepaid = accounts.customerPrepaid(place);
  const after = (await freePrepaidOf(tx, place, saleId)) + changeOf(prepaid, transfers) - leaves;
  if (after < 0n) return err('moneySpentSince');
  const correctionId = await insertCorrection(tx, deps, {
    ...o,
    kind: 'reversal',
    amountMinor: sale.amountMinor,
    proof,
    moneyTo,
  });
  await postFor(tx, deps, { place, correctionId, saleId, transfers });
  await forgetInTariff(tx, deps, { sale, position: connection.tariffPosition });
  await markReversed(tx, sale, new Date(atMs));
  if (moneyTo === 'refund') await insertRefund(tx, deps, { sale, correctionId });
  await cancelDelivery(tx, deps, { place, saleId, by: o.by.requestedBy });
  await tell(tx, deps, { sale, moneyTo, phone: connection.customerPhone });
  await tellPrograms(tx, deps, { sale, moneyTo });
  await notifyLive(tx, {
    kind: 'sale',
    utilityId: place.utilityId,
    connectionId: place.connectionId,
    saleId,
  });
  // The vendor's row comes last, as in a sale (docs/adr/0008).
  if (moneyTo === 'vendor' && sale.payer?.kind === 'vendor') {
    const { vendorId, commissionMinor } = sale.payer;
    await giveBackToFloat(tx, { vendorId, amountMinor: sale.amountMinor - commissionMinor });
  }
  return ok({ correctionId, sale, proof, moneyTo });
}

function moneyToOf(sale: PaidSaleRow, goes: MoneyGoes): MoneyTo | null {
  if (goes !== 'payer') return goes;
  if (sale.payer?.kind === 'vendor') return 'vendor';
  return sale.payer?.kind === 'provider' ? 'refund' : null;
}

const lineReasons = new Set<string>(['energy', 'tax', 'fee', 'debt']);
const cashReasons = new Set<string>(['vendorSale', 'commission']);

/** What is posted: the lines undone, and with a payer who gets it back, the payment too. */
async function transfersOf(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly sale: PaidSaleRow; readonly moneyTo: MoneyTo },
): Promise<(Transfer | Reversal)[]> {
  const standing: PostedTransfer[] = await standingTransfers(tx, o.place, o.sale.saleId);
  const undone = standing.filter(
    ({ reason }) => lineReasons.has(reason) || (o.moneyTo === 'vendor' && cashReasons.has(reason)),
  );
  const refund = o.moneyTo === 'refund' ? [refundPosting(o.place, o.sale.amountMinor)] : [];
  return [...saleReversal(undone), ...refund];
}

type StoredLine = {
  readonly kind: 'energy' | 'tax' | 'fee' | 'debt';
  readonly code?: string;
  readonly amountMinor: string;
  readonly energyWh: string | null;
  readonly debtId?: string;
};

async function forgetInTariff(
  tx: Tx,
  deps: ReversalDeps,
  o: { readonly sale: PaidSaleRow; readonly position: object },
): Promise<void> {
  const { sale } = o;
  if (sale.issuedAtMs === null || sale.energyWh === null) return;
  const position = expectOk(positionFromJson(o.position), 'tariff position');
  const utility = await deps.utilities.get(sale.utilityId);
  const lines = (sale.lines ?? []) as readonly StoredLine[];
  const freeEnergyWh = lines
    .filter((line) => line.code === 'free')
    .reduce((sum, line) => sum + BigInt(line.energyWh ?? '0'), 0n);
  const after = undoPurchase(position, {
    date: civilDateOf(sale.issuedAtMs, utility.zone),
    energyWh: sale.energyWh - freeEnergyWh,
    freeEnergyWh,
    lines: lines.map((line) => ({ ...line, amountMinor: BigInt(line.amountMinor) })),
  });
  await setTariffPosition(tx, sale, positionToJson(after));
}

/** Nothing more is sent for its tokens. What the broker holds already may still arrive. */
async function cancelDelivery(
  tx: Tx,
  deps: ReversalDeps,
  o: { readonly place: ConnectionPlace; readonly saleId: string; readonly by: string },
): Promise<void> {
  const { place } = o;
  const open = await tx
    .selectFrom('commands')
    .innerJoin('tokens', (join) =>
      join
        .onRef('tokens.bucket', '=', 'commands.bucket')
        .onRef('tokens.id', '=', 'commands.token_ref'),
    )
    .select('commands.id')
    .where('commands.bucket', '=', place.bucket)
    .where('commands.connection_id', '=', place.connectionId)
    .where('commands.due_at', 'is not', null)
    .where('tokens.sale_id', '=', o.saleId)
    .orderBy('commands.id')
    .execute();
  if (open.length === 0) return;
  const asker = await tx
    .selectFrom('operators')
    .select('name')
    .where('id', '=', o.by)
    .executeTakeFirstOrThrow();
  const asked = { by: asker.name, reason: 'The sale was reversed' };
  for (const { id } of open) await deps.commands.cancel(tx, { ...place, commandId: id }, asked);
}

async function insertRefund(
  tx: Tx,
  deps: ReversalDeps,
  o: { readonly sale: PaidSaleRow; readonly correctionId: string },
): Promise<void> {
  const { sale } = o;
  await tx
    .insertInto('refunds')
    .values({
      bucket: sale.bucket,
      id: deps.newUuid(),
      utility_id: sale.utilityId,
      connection_id: sale.connectionId,
      sale_id: sale.saleId,
      correction_id: o.correctionId,
      amount_minor: sale.amountMinor,
      state: 'due',
      due_at: new Date(deps.nowMs()),
    })
    .execute();
}

const tellPrograms = (
  tx: Tx,
  deps: ReversalDeps,
  { sale, moneyTo }: { readonly sale: PaidSaleRow; readonly moneyTo: MoneyTo },
): Promise<void> =>
  deps.webhooks.tell(tx, sale.utilityId, async () => [
    {
      type: 'sale.reversed',
      factKey: `sale:${sale.saleId}`,
      atMs: deps.nowMs(),
      data: {
        connectionId: idFromUuid('connection', sale.connectionId),
        saleId: idFromUuid('sale', sale.saleId),
        amountMinor: sale.amountMinor.toString(),
        currency: (await deps.utilities.get(sale.utilityId)).currency.code,
        moneyTo,
      },
    },
  ]);

async function tell(
  tx: Tx,
  deps: ReversalDeps,
  o: { readonly sale: PaidSaleRow; readonly moneyTo: MoneyTo; readonly phone: string | null },
): Promise<void> {
  if (o.phone === null) return;
  const { sale } = o;
  const utility = await deps.utilities.get(sale.utilityId);
  const amount = `${utility.currency.code} ${formatAmount(sale.amountMinor, utility.currency)}`;
  const language = await languageToTell(tx, utility, o.phone);
  const said = [
    sayTo(language, 'undone.purchase', { utility: utility.name, amount }),
    ...(sale.issuedAtMs === null ? [] : [sayTo(language, 'undone.void', {})]),
    sayTo(language, `undone.${o.moneyTo}`, {}),
  ];
  await deps.messages.queue(tx, {
    place: sale,
    kind: 'saleReversed',
    factKey: `reversal:${sale.saleId}`,
    phone: o.phone,
    text: said.join(' '),
  });
}
