// What has to agree between rows of several tables, however they were written: each rule is a sum
// or a count over the rows that belong to one sale, one token, one account. A row adds what it says
// to groups; `judge` looks at a group once all of it is there.

import { membersOf } from './row-text.ts';

export type Judged = { readonly sum: bigint; readonly heads: number; readonly parts: number };

/** A head says what the parts have to come to; parts alone are too many. */
const zero = ({ sum, heads, parts }: Judged): boolean =>
  heads === 0 ? parts === 0 : heads === 1 && sum === 0n;
/** As `zero`; parts without a head are judged by another rule. */
const zeroIfHeaded = ({ sum, heads }: Judged): boolean => heads === 0 || sum === 0n;
const headed = ({ heads, parts }: Judged): boolean => parts === 0 || heads > 0;
const once = ({ parts }: Judged): boolean => parts <= 1;
const notAbove = ({ sum, heads }: Judged): boolean => heads === 0 || sum <= 0n;
const zeroIfBoth = (of: Judged): boolean => of.parts === 0 || zeroIfHeaded(of);

/** What has to hold of each group, and what is said where it does not. */
export const rules = {
  paidIsSpent: [zeroIfHeaded, 'what was paid is not energy + taxes + fees + debts + what is kept'],
  linesArePosted: [zero, 'lines of the sale are not what the ledger has of it'],
  paymentIsPosted: [zero, 'a payment is not in the ledger once, as it was received'],
  cashIsPosted: [zero, 'cash of a till is not in the ledger as it was taken'],
  commissionIsPosted: [zero, 'a commission is not in the ledger as it was earned'],
  vendorDepositIsPosted: [zero, 'a deposit of a vendor is not in the ledger as it was recorded'],
  balanceIsLedger: [zeroIfHeaded, 'a balance is not what the ledger comes to'],
  soldIsIssued: [zero, 'tokens are not the energy that was sold'],
  moneyIsIssued: [zero, 'tokens are not the money that was sold'],
  grantIsIssued: [zero, 'tokens are not what was granted'],
  saleIsPaid: [headed, 'tokens of a sale that nobody paid for'],
  isAllowed: [headed, 'value without the approval of a second person'],
  isLoud: [headed, 'done by one person without an entry for emergencies'],
  tidOnce: [once, 'a token identifier was issued more than once for a meter'],
  tidTakenOnce: [once, 'a meter took one token identifier more than once'],
  takenWasIssued: [headed, 'a meter took a token that was never issued'],
  creditWasIssued: [notAbove, 'a meter credited more energy than was issued for it'],
  referencePaysOnce: [once, 'one payment of a provider paid more than once'],
  settledIsReceived: [zeroIfBoth, 'a provider settled another amount than was received'],
} satisfies Record<string, readonly [holds: (group: Judged) => boolean, says: string]>;

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as readonly RuleName[];

export type Row = (column: string) => string | null;
export type Add = {
  readonly part: (rule: RuleName, group: string, value?: bigint) => void;
  readonly head: (rule: RuleName, group: string, value?: bigint) => void;
  /** What one row shows by itself. */
  readonly wrong: (check: string, says: string) => void;
  /** Decimals of the utility's currency; the row of the utility comes first. */
  readonly scale: { decimals: number };
};

const number = (text: string | null): bigint => (text === null ? 0n : BigInt(text));
const postedKinds = ['energy', 'tax', 'fee', 'debt'] as const;
/** Accounts whose balance is kept beside the ledger, and the sign with which a credit counts. */
const keptAccounts: Readonly<Record<string, bigint>> = {
  customerPrepaid: 1n,
  vendorFloat: 1n,
  customerDebt: -1n,
};
/** Grants that a second person allows. */
const allowedGrants = new Set(['freeCredit', 'replacement', 'clearCredit']);
/** What one person may do alone in an emergency. */
const aloneKinds = 'safetyCut grantTokens meterExchange vendorDeposit vendorTerms'.split(' ');
const paysSales = new Set(['moveIn', 'creditNote', 'allocation']);

function posting(row: Row, add: Add): void {
  const reasons = membersOf(row('reasons'));
  const debit = [membersOf(row('debit_kinds')), membersOf(row('debit_subject_ids'))] as const;
  const credit = [membersOf(row('credit_kinds')), membersOf(row('credit_subject_ids'))] as const;
  const amounts = membersOf(row('amounts_minor'));
  const isEven = [...debit, ...credit, amounts].every(({ length }) => length === reasons.length);
  if (!isEven) add.wrong('twoSides', 'a posting without two sides for each amount');
  for (const [i, reason] of reasons.entries()) {
    const amount = number(amounts[i] ?? '0');
    const from = `${debit[0][i]} ${debit[1][i]}`;
    const to = `${credit[0][i]} ${credit[1][i]}`;
    if (amount <= 0n || from === to) add.wrong('twoSides', 'a transfer of nothing, or to itself');
    for (const [account, signed] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      const sign = keptAccounts[account.split(' ', 1)[0] ?? ''];
      if (sign !== undefined) add.part('balanceIsLedger', account, sign * signed);
    }
    postingOf(reason, -amount, { row, add });
  }
}

function postingOf(reason: string, value: bigint, { row, add }: { row: Row; add: Add }): void {
  const sale = row('sale_id');
  const isLine = (postedKinds as readonly string[]).includes(reason);
  if (isLine && sale !== null) add.part('linesArePosted', `${sale} ${reason}`, value);
  if (reason === 'payment' || reason === 'vendorPayment') {
    add.part('paymentIsPosted', row('payment_id') ?? row('id') ?? '', value);
  }
  if (reason === 'vendorSale') add.part('cashIsPosted', sale ?? '', value);
  if (reason === 'commission') add.part('commissionIsPosted', sale ?? '', value);
  if (reason === 'vendorDeposit' || reason === 'vendorPayment') {
    add.part('vendorDepositIsPosted', row('id') ?? '', value);
  }
}

type Line = { readonly kind?: string; readonly amountMinor?: string };

function sale(row: Row, add: Add): void {
  const id = row('id') ?? '';
  add.head('soldIsIssued', id, -number(row('energy_wh')));
  add.head('moneyIsIssued', id, -number(row('credit_minor')));
  if (row('issued_at') === null) return;
  const lines = JSON.parse(row('lines') ?? '[]') as readonly Line[];
  const sumOf = (kind?: string): bigint =>
    lines
      .filter((line) => kind === undefined || line.kind === kind)
      .reduce((sum, { amountMinor = '0' }) => sum + BigInt(amountMinor), 0n);
  const spent = sumOf() + number(row('remainder_minor')) - number(row('brought_forward_minor'));
  add.head('paidIsSpent', id, -spent);
  for (const kind of postedKinds) add.head('linesArePosted', `${id} ${kind}`, sumOf(kind));
}

/** Money that pays for a sale. */
function pays(row: Row, add: Add, column = 'amount_minor'): void {
  const id = row('sale_id');
  if (id === null) return;
  add.part('paidIsSpent', id, number(row(column)));
  add.head('saleIsPaid', id);
}

function token(row: Row, add: Add): void {
  const [meter, tid] = [row('meter_id'), row('tid')];
  const [ofSale, grant] = [row('sale_id'), row('grant_id')];
  const energy = number(row('energy_wh'));
  add.part('creditWasIssued', meter ?? '', -energy);
  if (tid !== null) {
    add.part('tidOnce', `${meter} ${row('base_date')} ${tid}`);
    add.head('takenWasIssued', `${meter} ${tid}`);
  }
  if ((ofSale === null) === (grant === null)) {
    add.wrong('tokenHasCause', 'a token that is not of exactly one sale or grant');
  }
  if (ofSale !== null) {
    add.part('soldIsIssued', ofSale, energy);
    // A token counts in 10^-5 of the base unit, and may round up what was sold.
    const e5PerMinor = BigInt(10 ** (5 - add.scale.decimals));
    add.part('moneyIsIssued', ofSale, number(row('amount_e5')) / e5PerMinor);
    add.part('saleIsPaid', ofSale);
  } else if (grant !== null) add.part('grantIsIssued', grant, energy);
}

function allowed(row: Row, add: Add, isNeeded: boolean): void {
  const approval = row('approval_id');
  if (approval !== null) add.part('isAllowed', approval);
  else if (isNeeded) add.part('isAllowed', `none of ${row('id')}`);
}

/** Tables each row of which a second person allowed. */
const allowedTables =
  'vendor_deposit_reversals control_limits budgets operator_invitations operator_role_changes ' +
  'emergency_rules';

/** What the rows of each table add. Tables that are not here carry nothing that is summed. */
export const addingOf: Readonly<Record<string, (row: Row, add: Add) => void>> = {
  ...Object.fromEntries(
    allowedTables
      .split(' ')
      .map((table) => [table, (row: Row, add: Add) => allowed(row, add, true)]),
  ),
  utilities: (row, add) => {
    add.scale.decimals = Number(row('currency_scale'));
  },
  postings: posting,
  sales: sale,
  payments: (row, add) => {
    if (row('state') !== 'succeeded') return;
    const paid = `${row('provider')} ${row('provider_reference')}`;
    add.head('paymentIsPosted', row('id') ?? '', number(row('received_minor')));
    if (row('provider_reference') !== null) {
      add.part('referencePaysOnce', paid);
      add.head('settledIsReceived', paid, number(row('received_minor')));
    }
    pays(row, add, 'received_minor');
  },
  vendor_sales: (row, add) => {
    pays(row, add);
    add.head('cashIsPosted', row('sale_id') ?? '', number(row('amount_minor')));
    add.head('commissionIsPosted', row('sale_id') ?? '', number(row('commission_minor')));
  },
  corrections: (row, add) => {
    if (paysSales.has(row('kind') ?? '')) pays(row, add);
    allowed(row, add, false);
  },
  mode_changes: (row, add) => {
    if (row('state') === 'done') pays(row, add);
    allowed(row, add, true);
  },
  tokens: token,
  grants: (row, add) => {
    const isMoney = row('amount_minor') !== null || row('transfer_id') !== null;
    add.head('grantIsIssued', row('id') ?? '', isMoney ? 0n : -number(row('energy_wh')));
    allowed(row, add, allowedGrants.has(row('kind') ?? ''));
  },
  approvals: (row, add) => {
    if (row('state') !== 'done') return;
    const isAlone = row('decided_by') === row('requested_by') || row('decided_by') === null;
    if (row('emergency_id') !== null) {
      const people = `${row('requested_by')} ${row('decided_by')}`;
      add.part('isLoud', `${row('id')} ${row('kind')} ${people}`);
    } else if (isAlone) add.wrong('isAllowed', 'one person asked for it and allowed it');
    add.head('isAllowed', row('id') ?? '');
  },
  vendor_deposits: (row, add) => {
    add.head('vendorDepositIsPosted', row('transfer_id') ?? '', number(row('amount_minor')));
    allowed(row, add, false);
  },
  vendors: (row, add) => {
    const float = number(row('float_minor'));
    add.head('balanceIsLedger', `vendorFloat ${row('id')}`, -float);
    if (float < -number(row('float_limit_minor'))) {
      add.wrong('floatLimit', 'a float further below zero than its limit');
    }
  },
  vendor_keys: (row, add) => allowed(row, add, row('of_before') !== 't'),
  emergency_acts: (row, add) => {
    if (aloneKinds.includes(row('kind') ?? '')) {
      const by = row('operator_id');
      add.head('isLoud', `${row('approval_id')} ${row('kind')} ${by} ${by}`);
    } else add.wrong('isLoud', 'done by one person, of a kind that no rule may name');
  },
  connections: (row, add) =>
    add.head('balanceIsLedger', `customerPrepaid ${row('id')}`, -number(row('prepaid_minor'))),
  debts: (row, add) =>
    add.head('balanceIsLedger', `customerDebt ${row('id')}`, -number(row('outstanding_minor'))),
  reconciliation_rows: (row, add) => {
    if (row('kind') !== 'payment') return;
    const paid = `${row('provider')} ${row('reference')}`;
    add.part('settledIsReceived', paid, -number(row('amount_minor')));
  },
};

/** One line of what meters said: what one credited in all, and each token that it took. */
export type MeterSaid = {
  readonly meterId: string;
  readonly creditedWh: string | null;
  readonly accepted: readonly (readonly [number, string | null])[];
};

export function addMeter({ meterId, creditedWh, accepted }: MeterSaid, add: Add): void {
  if (creditedWh !== null) add.head('creditWasIssued', meterId, BigInt(creditedWh));
  for (const [tid] of accepted) {
    add.part('takenWasIssued', `${meterId} ${tid}`);
    add.part('tidTakenOnce', `${meterId} ${tid}`);
  }
}
