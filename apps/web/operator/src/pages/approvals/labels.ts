// Approvals in words: what is asked for, how it stands, and what happened to it.

import type {
  ApprovalDetail,
  ApprovalKind,
  ApprovalRow,
  ApprovalState,
  BudgetName,
} from '@prewatt/api';
import type { Label } from '../../text/labels.ts';
import { meterNumberText } from '../../text/numbers.ts';
import { dayOfYear } from '../../text/time.ts';

export const kindLabels: Record<ApprovalKind, string> = {
  vendingKeyLoad: 'Vending key',
  grantTokens: 'Free credit, or credit cleared',
  reversal: 'Reversal of a sale',
  moveSale: 'Sale moved to another meter',
  creditNote: 'Credit note',
  tariffChange: 'Tariff change',
  tariffAssignment: 'Tariff for many connections',
  protectionRules: 'Protection rules',
  debtWriteOff: 'Debt write-off',
  keyChangeCampaign: 'Key-change campaign',
  meterExchange: 'Meter exchange',
  creditMode: 'Change of credit mode',
  safetyCut: 'Cut for safety',
  controlLimits: 'Limits of one person',
  vendorDeposit: 'Deposit of a vendor',
  vendorDepositReversal: 'Deposit of a vendor undone',
  vendorTerms: 'Terms of a vendor',
  tillKey: 'Key of a till',
  openingBalances: 'Opening balances',
  refundPayment: 'Refund paid',
  moveMoney: 'Unallocated money moved',
  refundMoney: 'Unallocated money paid back',
  wrongClock: 'Wrong clock acknowledged',
  bankStatement: 'Bank statement',
  backBill: 'Energy not counted',
  budget: 'Budget of an hour and a day',
  operatorInvite: 'Invitation to the team',
  operatorRole: 'Role in the team',
  emergencyRules: 'Rule on acting alone in an emergency',
};

export const budgetLabels: Record<
  BudgetName,
  { readonly text: string; readonly whose: 'you' | 'the utility' }
> = {
  engineering: { text: 'Engineering tokens of one person', whose: 'you' },
  homeTariffs: { text: 'Homes that one person gives another tariff', whose: 'you' },
  freeCredit: { text: 'Free credit and clearing of credit, in meters', whose: 'the utility' },
};

const stateLabels: Record<ApprovalState, Label> = {
  awaiting: { text: 'Awaits a decision', tone: 'busy' },
  done: { text: 'Approved and done', tone: 'good' },
  failed: { text: 'Approved, not done', tone: 'bad' },
  declined: { text: 'Declined', tone: 'quiet' },
  withdrawn: { text: 'Withdrawn', tone: 'quiet' },
  expired: { text: 'Nobody decided', tone: 'quiet' },
};

const aloneLabels: Partial<Record<ApprovalState, Label>> = {
  done: { text: 'Done by one person', tone: 'bad' },
  failed: { text: 'Tried by one person, not done', tone: 'bad' },
};
export const stateOf = (of: Pick<ApprovalRow, 'state' | 'alone'>): Label =>
  (of.alone ? aloneLabels[of.state] : undefined) ?? stateLabels[of.state];

export const stepLabels: Record<ApprovalDetail['history'][number]['what'], string> = {
  requested: 'Asked for',
  approved: 'Approved',
  actedAlone: 'Done alone, in an emergency,',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
  expired: 'Nobody decided in time',
  failed: 'Could not be done',
};

/** What the server says of a request, with days and meter numbers as the console writes them. */
export const factText = (text: string): string =>
  text
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, dayOfYear)
    .replace(/\b\d{18}\b/g, (pan) => meterNumberText(pan).replaceAll(' ', '\u00a0'));

/** The sale that a fact is, if it is one. */
export const saleOf = (text: string): string | undefined => /^sale_[0-9a-f-]{36}$/.exec(text)?.[0];

/** The trial of a rule set that a fact is, if it is one. */
export const trialOf = (text: string): string | undefined =>
  /^replay_[0-9a-f-]{36}$/.exec(text)?.[0];
