// The corrections that need approval: what the second person is shown for each, and how it is
// carried out. What was true when it was asked for is checked again.

import { approvalReasonSchema } from '@prewatt/api';
import { idFromUuid, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import {
  type ApprovalOperation,
  defineOperation,
  type OperatorRef,
} from '../../registry/approvals/index.ts';
import {
  type ConnectionPlace,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { createSaleFacts, fact, registerRead, statedOf } from './approval-facts.ts';
import {
  type CreditDeps,
  type CreditNoteRefusal,
  giveCreditNote,
  type MoveRefusal,
  moveSale,
} from './credit.ts';
import { mayWriteOff, type WriteOffRefusal, writeOffDebt } from './debts.ts';
import { correctionRefusals, sentencesOf, targetSentences } from './errors.ts';
import { type ReversalRefusal, reverseSale } from './reversal.ts';
import { type By, placeOfSale } from './store.ts';

const common = {
  /** The approval's own, which is the correction's as well. */
  requestId: z.string(),
  reason: approvalReasonSchema,
};
const amount = z.string().regex(/^\d{1,18}$/);

export const payloads = {
  reversal: z.strictObject({
    ...common,
    saleId: z.uuid(),
    moneyGoes: z.enum(['prepaid', 'payer']),
    ...registerRead,
  }),
  moveSale: z.strictObject({
    ...common,
    saleId: z.uuid(),
    toConnectionId: z.uuid(),
    by: z.enum(['reversal', 'creditNote']),
    ...registerRead,
  }),
  creditNote: z.strictObject({ ...common, saleId: z.uuid(), amountMinor: amount }),
  debtWriteOff: z.strictObject({
    ...common,
    connectionId: z.uuid(),
    debtId: z.uuid(),
    amountMinor: amount,
  }),
};

type Asked = { readonly requestedBy: OperatorRef; readonly approvedBy: OperatorRef };
const byOf = (o: Asked & { readonly approvalId: string }): By => ({
  requestedBy: o.requestedBy.operatorId,
  approvedBy: o.approvedBy.operatorId,
  approvalId: o.approvalId,
});

const reversalSentences = sentencesOf(
  'requestIdReused',
  'unknownSale',
  'alreadyReversed',
  'notPaid',
  'creditNoteGiven',
  'tokenAccepted',
  'meterMayTakeIt',
  'meterRegisterUnknown',
  'noPayer',
  'moneySpentSince',
) satisfies Record<ReversalRefusal, string>;

const creditNoteSentences = sentencesOf(
  'requestIdReused',
  'unknownSale',
  'alreadyReversed',
  'notPaid',
  'amountNotPositive',
  'creditNoteTooHigh',
) satisfies Record<CreditNoteRefusal, string>;

const moveSentences: Record<MoveRefusal, string> = {
  ...reversalSentences,
  ...creditNoteSentences,
  ...sentencesOf('sameConnection'),
  ...targetSentences,
};

type CorrectionDeps = CreditDeps & { readonly utilities: Utilities };
type Facts = ReturnType<typeof createSaleFacts>;

export function approvedCorrections(
  deps: CorrectionDeps,
): Record<'reversal' | 'moveSale' | 'creditNote' | 'debtWriteOff', ApprovalOperation> {
  const facts = createSaleFacts(deps);
  return {
    reversal: reversalOperation(deps, facts),
    moveSale: moveOperation(deps, facts),
    creditNote: creditNoteAct(deps, facts),
    debtWriteOff: writeOffAct(deps, facts),
  };
}

/** Runs on the sale's place; a sale that is gone is refused by the operation itself. */
async function placed<T>(
  tx: Tx,
  o: { readonly utilityId: string; readonly saleId: string },
  work: (place: ConnectionPlace) => Promise<T>,
): Promise<T | Result<never, 'unknownSale'>> {
  const place = await placeOfSale(tx, o.utilityId, o.saleId);
  return place === null ? { ok: false, error: 'unknownSale' } : work(place);
}

const reversalOperation = (
  deps: CorrectionDeps,
  { saleFacts, proofFacts }: Facts,
): ApprovalOperation =>
  defineOperation({
    payload: payloads.reversal,
    describe: async (tx, asked) => ({
      title: 'Reverse a sale',
      facts: [
        ...(await saleFacts(tx, asked.utilityId, asked.payload.saleId)),
        ...(await proofFacts(tx, asked)),
        fact(
          'Money goes',
          asked.payload.moneyGoes === 'payer' ? 'back to whoever paid' : 'to the customer, prepaid',
        ),
      ],
    }),
    perform: async (tx, o) => {
      const { payload, utilityId } = o;
      const stated = statedOf(payload, o.requestedAtMs);
      const done = await placed(tx, { utilityId, saleId: payload.saleId }, (place) =>
        reverseSale(tx, deps, { ...payload, place, stated, by: byOf(o) }),
      );
      if (!done.ok) return done;
      const { correctionId, proof, moneyTo } = done.value;
      return ok({ correctionId: idFromUuid('correction', correctionId), proof, moneyTo });
    },
    refusals: reversalSentences,
  });

const moveOperation = (deps: CorrectionDeps, { saleFacts, proofFacts }: Facts): ApprovalOperation =>
  defineOperation({
    payload: payloads.moveSale,
    describe: async (tx, asked) => {
      const { utilityId, payload } = asked;
      const to = await loadConnection(tx, placeOfConnection(utilityId, payload.toConnectionId));
      const isReversal = payload.by === 'reversal';
      return {
        title: 'Move a sale to another meter',
        facts: [
          ...(await saleFacts(tx, utilityId, payload.saleId)),
          fact('To', to === null ? 'unknown' : `${to.name}, meter ${to.meter.meterPan}`),
          ...(isReversal
            ? await proofFacts(tx, asked)
            : [fact('Cost', 'The first sale stands; the utility pays the second by credit note.')]),
        ],
      };
    },
    perform: async (tx, o) => {
      const { payload, utilityId } = o;
      const done = await placed(tx, { utilityId, saleId: payload.saleId }, (from) =>
        moveSale(tx, deps, {
          ...payload,
          from,
          to: placeOfConnection(utilityId, payload.toConnectionId),
          stated: statedOf(payload, o.requestedAtMs),
          who: byOf(o),
        }),
      );
      return done.ok ? ok({ newSaleId: idFromUuid('sale', done.value.newSaleId) }) : done;
    },
    refusals: moveSentences,
  });

const creditNoteAct = (deps: CorrectionDeps, { money, saleFacts }: Facts): ApprovalOperation =>
  defineOperation({
    payload: payloads.creditNote,
    describe: async (tx, { utilityId, payload }) => ({
      title: 'Give a credit note',
      facts: [
        ...(await saleFacts(tx, utilityId, payload.saleId)),
        fact('Credit note', await money(utilityId, BigInt(payload.amountMinor))),
        fact('Cost', 'The sale stands; the utility gives this much prepaid money.'),
      ],
    }),
    perform: async (tx, o) => {
      const { payload, utilityId } = o;
      const done = await placed(tx, { utilityId, saleId: payload.saleId }, (place) =>
        giveCreditNote(tx, deps, {
          ...payload,
          amountMinor: BigInt(payload.amountMinor),
          place,
          by: byOf(o),
        }),
      );
      if (!done.ok) return done;
      return ok({ correctionId: idFromUuid('correction', done.value.correctionId) });
    },
    refusals: creditNoteSentences,
  });

const writeOffAct = (deps: CorrectionDeps, { money }: Facts): ApprovalOperation =>
  defineOperation({
    payload: payloads.debtWriteOff,
    describe: async (tx, { utilityId, payload }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      const amountMinor = BigInt(payload.amountMinor);
      const may = await mayWriteOff(tx, { ...payload, place, amountMinor });
      return {
        title: 'Give up a debt',
        facts: [
          fact('Connection', connection === null ? 'unknown' : connection.name),
          fact('Debt', may.ok ? may.value.label : correctionRefusals[may.error][2]),
          ...(may.ok ? [fact('Owed now', await money(utilityId, may.value.outstandingMinor))] : []),
          fact('Given up', await money(utilityId, amountMinor)),
        ],
      };
    },
    perform: async (tx, o) => {
      const { payload, utilityId } = o;
      const done = await writeOffDebt(tx, deps, {
        ...payload,
        place: placeOfConnection(utilityId, payload.connectionId),
        amountMinor: BigInt(payload.amountMinor),
        by: byOf(o),
      });
      if (!done.ok) return done;
      return ok({ correctionId: idFromUuid('correction', done.value.correctionId) });
    },
    refusals: sentencesOf(
      'requestIdReused',
      'unknownDebt',
      'amountNotPositive',
      'debtBelowAmount',
    ) satisfies Record<WriteOffRefusal, string>,
  });
