// The approvals of a vendor's deposit and its undoing, of its terms and the key of a till: what the
// second person reads, and what approval does.

import { type Terminal, terminalSchema } from '@prewatt/api';
import { err, formatKwh, formatMoney, idFromUuid, ok } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type UndoRefusal, vendorDepositToUndo } from './deposit-reversal.ts';
import { floatKeptForSite } from './errors.ts';
import type { Managing, VendorTerms } from './manage.ts';

type ApprovalDeps = { readonly managing: Managing; readonly utilities: Utilities };
type Fact = { readonly label: string; readonly value: string };

const minor = z.string().regex(/^\d{1,18}$/);
const vendorDepositPayload = z.strictObject({
  requestId: z.string(),
  vendorId: z.uuid(),
  amountMinor: minor,
  reference: z.string(),
});
export const undoPayload = z.strictObject({
  requestId: z.string(),
  vendorId: z.uuid(),
  vendorDepositId: z.uuid(),
  reason: z.string(),
});
const termsPayload = z.strictObject({
  vendorId: z.uuid(),
  settings: z.strictObject({
    commissionBasisPoints: z.number().int().optional(),
    floatLimitMinor: minor.optional(),
    tokensPerHour: z.number().int().optional(),
    energyPerHourWh: minor.optional(),
    siteBudgetMinor: minor.optional(),
  }),
});
type TermTexts = z.output<typeof termsPayload>['settings'];
export const keyPayload = z.strictObject({
  requestId: z.string(),
  vendorId: z.uuid(),
  label: z.string(),
  /** Of a terminal that speaks XMLVend and has no key of ours. */
  terminal: terminalSchema.optional(),
  /** Of a shop's phone, which is told a code in place of a key. */
  phone: z.literal(true).optional(),
});

const refusals = {
  unknownVendor: 'There is no such vendor any more.',
  requestIdReused: 'This request was used for something else meanwhile; ask anew.',
  terminalTaken: 'A terminal of this name has this certificate already, here or elsewhere.',
  unknownDeposit: 'There is no such deposit of this vendor.',
  vendorDepositUndone: 'This deposit was undone before.',
  floatBelowDeposit:
    'The vendor has sold for this money: without it the float would go below its limit. It has to bring money first.',
  floatKeptForSite,
};

export const vendorApprovals = (
  o: ApprovalDeps,
): Record<
  'vendorDeposit' | 'vendorDepositReversal' | 'vendorTerms' | 'tillKey',
  ApprovalOperation
> => ({
  vendorDeposit: vendorDepositApproval(o),
  vendorDepositReversal: undoDepositApproval(o),
  vendorTerms: vendorTermsApproval(o),
  tillKey: tillKeyApproval(o),
});

const vendorDepositApproval = (o: ApprovalDeps): ApprovalOperation =>
  defineOperation({
    payload: vendorDepositPayload,
    describe: async (tx, { utilityId, payload }) => ({
      title: 'Record a deposit of a vendor',
      facts: [
        { label: 'Amount', value: await moneyOf(o, utilityId, BigInt(payload.amountMinor)) },
        { label: 'Reference', value: payload.reference },
        ...(await vendorFacts(tx, o, { ...payload, utilityId })),
      ],
    }),
    perform: async (tx, { payload, requestedBy, approvedBy, approvalId }) => {
      const { vendorId, amountMinor, ...slip } = payload;
      const done = await o.managing.recordDeposit(tx, vendorId, {
        ...{ ...slip, amountMinor: BigInt(amountMinor), by: requestedBy },
        allowed: { approvalId, approvedBy: approvedBy.operatorId },
      });
      return done.ok ? ok({ vendorDepositId: done.value.vendorDepositId }) : done;
    },
    refusals,
  });

const undoDepositApproval = (o: ApprovalDeps): ApprovalOperation =>
  defineOperation<z.output<typeof undoPayload>, UndoRefusal>({
    payload: undoPayload,
    describe: async (tx, { utilityId, payload }) => {
      const found = await vendorDepositToUndo(tx, payload);
      const facts = found.ok
        ? [
            {
              label: 'Amount',
              value: await moneyOf(o, utilityId, found.value.paidIn.amount_minor),
            },
            { label: 'Reference', value: found.value.paidIn.reference },
            { label: 'Recorded by', value: found.value.paidIn.recorded_by },
            {
              label: 'Float after it',
              value: await moneyOf(o, utilityId, found.value.floatAfterMinor),
            },
          ]
        : [{ label: 'Cannot be undone now', value: refusals[found.error] }];
      return {
        title: 'Undo a deposit of a vendor',
        facts: [...facts, ...(await vendorFacts(tx, o, { ...payload, utilityId }))],
      };
    },
    perform: async (tx, { payload, requestedBy, approvedBy, approvalId }) => {
      const done = await o.managing.undoDeposit(tx, {
        ...payload,
        allowed: {
          approvalId,
          requestedBy: requestedBy.operatorId,
          approvedBy: approvedBy.operatorId,
        },
      });
      return done.ok
        ? ok({ vendorDepositId: idFromUuid('deposit', payload.vendorDepositId) })
        : done;
    },
    refusals: {
      unknownVendor: refusals.unknownVendor,
      unknownDeposit: refusals.unknownDeposit,
      vendorDepositUndone: refusals.vendorDepositUndone,
      floatBelowDeposit: refusals.floatBelowDeposit,
      floatKeptForSite: refusals.floatKeptForSite,
    },
  });

const vendorTermsApproval = (o: ApprovalDeps): ApprovalOperation =>
  defineOperation({
    payload: termsPayload,
    describe: async (tx, { utilityId, payload }) => {
      const wished = await termFacts(o, utilityId, termsOfTexts(payload.settings));
      return {
        title: 'Higher terms for a vendor',
        facts: [
          ...wished.map(({ label, value }) => ({ label: `New: ${label}`, value })),
          ...(await vendorFacts(tx, o, { ...payload, utilityId })),
        ],
      };
    },
    perform: async (tx, { payload, approvalId }) => {
      const settings = termsOfTexts(payload.settings);
      const done = await o.managing.change(tx, payload.vendorId, settings, { approvalId });
      return done.ok ? ok({ vendorId: done.value.vendorId }) : done;
    },
    refusals: {
      unknownVendor: refusals.unknownVendor,
      floatKeptForSite: refusals.floatKeptForSite,
    },
  });

const tillKeyApproval = (o: ApprovalDeps): ApprovalOperation =>
  defineOperation<z.output<typeof keyPayload>, 'unknownVendor' | 'terminalTaken'>({
    payload: keyPayload,
    describe: async (tx, { utilityId, payload }) => ({
      title: titleOfKey(payload),
      facts: [
        { label: 'Till', value: payload.label },
        ...terminalFacts(payload.terminal),
        ...(await vendorFacts(tx, o, { ...payload, utilityId })),
      ],
    }),
    // A key is made when whoever asked comes for it, so that nobody else is shown it. A terminal's
    // secret is its vendor's own, so there is nothing to come for.
    perform: async (tx, { payload, requestedBy, approvedBy, approvalId }) => {
      const { vendorId, label, requestId, terminal, phone } = payload;
      if ((await o.managing.termsOf(tx, vendorId)) === null) return err('unknownVendor');
      const of = idFromUuid('vendor', vendorId);
      if (terminal === undefined) {
        return ok({ vendorId: of, label, requestId, ...(phone === true ? { phone } : {}) });
      }
      const made = await o.managing.createTerminal(tx, vendorId, {
        ...{ label, terminal },
        allowed: {
          approvalId,
          requestedBy: requestedBy.operatorId,
          approvedBy: approvedBy.operatorId,
        },
      });
      return made.ok
        ? ok({ vendorId: of, keyId: idFromUuid('key', made.value), ...terminal })
        : made;
    },
    refusals: { unknownVendor: refusals.unknownVendor, terminalTaken: refusals.terminalTaken },
  });

function titleOfKey(payload: z.output<typeof keyPayload>): string {
  if (payload.phone === true) return 'A shop’s phone, on which its clerks sell by a PIN';
  return payload.terminal === undefined
    ? 'A key for a till, which sells without a sign-in'
    : 'An XMLVend terminal, which sells by its certificate';
}

const terminalFacts = (terminal: Terminal | undefined): readonly Fact[] =>
  terminal === undefined
    ? []
    : [
        { label: 'Client', value: terminal.clientId },
        { label: 'Terminal', value: terminal.terminalId },
        { label: 'Certificate, SHA-256', value: terminal.certificateSha256 },
      ];

async function moneyOf(o: ApprovalDeps, utilityId: string, amountMinor: bigint): Promise<string> {
  return formatMoney(amountMinor, (await o.utilities.get(utilityId)).currency);
}

/** The vendor as it is now. */
async function vendorFacts(
  tx: Tx,
  o: ApprovalDeps,
  of: { readonly utilityId: string; readonly vendorId: string },
): Promise<readonly Fact[]> {
  const now = await o.managing.termsOf(tx, of.vendorId);
  if (now === null) return [{ label: 'Vendor', value: 'unknown' }];
  return [
    { label: 'Vendor', value: now.row.name },
    { label: 'Float', value: await moneyOf(o, of.utilityId, BigInt(now.row.floatMinor)) },
    ...(await termFacts(o, of.utilityId, now.settings)),
  ];
}

async function termFacts(
  o: ApprovalDeps,
  utilityId: string,
  terms: Partial<VendorTerms>,
): Promise<readonly Fact[]> {
  const { commissionBasisPoints, floatLimitMinor, tokensPerHour, energyPerHourWh } = terms;
  const { siteBudgetMinor } = terms;
  const facts: Fact[] = [];
  if (floatLimitMinor !== undefined) {
    const value = await moneyOf(o, utilityId, floatLimitMinor);
    facts.push({ label: 'Float may go below zero by', value });
  }
  if (commissionBasisPoints !== undefined) {
    facts.push({ label: 'Commission', value: `${commissionBasisPoints / 100} %` });
  }
  if (tokensPerHour !== undefined) {
    facts.push({ label: 'Tokens in an hour', value: String(tokensPerHour) });
  }
  if (energyPerHourWh !== undefined) {
    facts.push({ label: 'Energy in an hour', value: `${formatKwh(energyPerHourWh)} kWh` });
  }
  if (siteBudgetMinor !== undefined) {
    const value = await moneyOf(o, utilityId, siteBudgetMinor);
    facts.push({ label: 'Its site may sell without the internet', value });
  }
  return facts;
}

/** Terms as an approval keeps them: JSON knows no bigint. */
export const textsOfTerms = (terms: Partial<VendorTerms>): TermTexts =>
  Object.fromEntries(
    Object.entries(terms).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  );

function termsOfTexts(texts: TermTexts): Partial<VendorTerms> {
  const { commissionBasisPoints, floatLimitMinor, tokensPerHour, energyPerHourWh } = texts;
  const { siteBudgetMinor } = texts;
  return {
    ...(commissionBasisPoints === undefined ? {} : { commissionBasisPoints }),
    ...(floatLimitMinor === undefined ? {} : { floatLimitMinor: BigInt(floatLimitMinor) }),
    ...(tokensPerHour === undefined ? {} : { tokensPerHour }),
    ...(energyPerHourWh === undefined ? {} : { energyPerHourWh: BigInt(energyPerHourWh) }),
    ...(siteBudgetMinor === undefined ? {} : { siteBudgetMinor: BigInt(siteBudgetMinor) }),
  };
}
