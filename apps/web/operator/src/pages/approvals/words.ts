// Approvals in words: what is asked for, how it stands, and what happened to it.

import type { ApprovalDetail, ApprovalKind, ApprovalState } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const kindWords: Record<ApprovalKind, string> = {
  vendingKeyLoad: 'Vending key',
  grantTokens: 'Free credit, or credit cleared',
  reversal: 'Reversal of a sale',
  moveSale: 'Sale moved to another meter',
  creditNote: 'Credit note',
  tariffChange: 'Tariff change',
  protectionRules: 'Protection rules',
  debtWriteOff: 'Debt write-off',
  keyChangeCampaign: 'Key-change campaign',
  meterExchange: 'Meter exchange',
  creditMode: 'Change of credit mode',
};

export const stateLabels: Record<ApprovalState, Label> = {
  awaiting: { text: 'Awaits a decision', tone: 'busy' },
  done: { text: 'Approved and done', tone: 'good' },
  failed: { text: 'Approved, not done', tone: 'bad' },
  declined: { text: 'Declined', tone: 'quiet' },
  withdrawn: { text: 'Withdrawn', tone: 'quiet' },
  expired: { text: 'Nobody decided', tone: 'quiet' },
};

export const stepWords: Record<ApprovalDetail['history'][number]['what'], string> = {
  requested: 'Asked for',
  approved: 'Approved',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
  expired: 'Nobody decided in time',
  failed: 'Could not be done',
};
