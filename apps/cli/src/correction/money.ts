// `prewatt money`: money that a provider took and that no sale got, and what two people decide
// about it.

import { type UnallocatedCause, type UnallocatedMoneyRow, unallocatedMoneyApi } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { allRows, amountOf } from '../utility.ts';
import {
  awaits,
  type Desk,
  type DeskCommand,
  done,
  groupOf,
  requestIdOf,
  requestOptions,
} from './desk.ts';

const causes: Readonly<Record<UnallocatedCause, string>> = {
  otherCurrency: 'in another currency',
  secondPayment: 'for a sale that was paid before',
  referenceReused: 'under a reference that paid for something else',
  unknownAccount: 'for an account that no meter has',
  meterBlocked: 'for a meter that nothing may be sold to',
  amountDiffers: 'with another amount than the provider told first',
  notProved: 'that the provider did not confirm',
};

function lineOf(desk: Desk, row: UnallocatedMoneyRow): string {
  const { moneyId, cameAt, amountText, provider, providerReference, cause, account } = row;
  const what = `${moneyId}  ${desk.when(cameAt)}  ${amountText}  ${provider} ${providerReference}  ${causes[cause]}${account === null ? '' : `: "${account}"`}`;
  if (row.state === 'moved') return `${what}  bought ${row.newSaleId}`;
  return row.state === 'refunded' ? `${what}  paid back, ${row.refundReference}` : what;
}

const list: DeskCommand = {
  summary: 'money that a provider took and no sale got, oldest first',
  help: 'prewatt money list [--decided]',
  options: { decided: 'flag' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const state = options.flag('decided') ? 'decided' : 'waiting';
    const input = { input: { query: { state } } } as const;
    const rows = await allRows(desk.client, unallocatedMoneyApi.list, input);
    if (!rows.ok) return rows;
    const lines = rows.value.map((row) => lineOf(desk, row));
    return done(lines.length === 0 ? [`no unallocated money is ${state}`] : lines, {
      rows: rows.value,
    });
  },
};

/** Typing errors between what was written and the number. */
function slipsText(slips: number | null): readonly string[] {
  if (slips === null) return [];
  return [slips === 0 ? 'just this number' : `${countText(slips, 'typing error')} between`];
}

const candidates: DeskCommand = {
  summary: 'meters that the payer may have meant',
  help: 'prewatt money candidates MONEY',
  options: {},
  required: [],
  positionals: ['MONEY'],
  run: async (desk, options) => {
    const id = options.positionals[0] ?? '';
    const found = await desk.client.call(unallocatedMoneyApi.candidates, { id });
    if (!found.ok) return found;
    const lines = found.value.rows.map(({ meterPan, connectionName, slips, samePhone }) =>
      [meterPan, connectionName, ...slipsText(slips), ...(samePhone ? ['same phone'] : [])].join(
        '  ',
      ),
    );
    return done(lines.length === 0 ? ['no meter is near'] : lines, { rows: found.value.rows });
  },
};

const move: DeskCommand = {
  summary: 'ask to let it buy for a meter',
  help: `prewatt money move MONEY --to METER --reason TEXT [--amount AMOUNT] [--request-id ID]

METER is the 18 digits of a meter, or the 11 or 13 that stand on it.
All of it is credited. Of another currency, --amount says what it came to in the utility's own.`,
  options: { to: 'text', reason: 'text', amount: 'text', ...requestOptions },
  required: ['to', 'reason'],
  positionals: ['MONEY'],
  run: async (desk, options) => {
    const said = options.text('amount') === undefined ? null : amountOf(desk, options);
    if (said !== null && !said.ok) return said;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      toMeterPan: options.text('to'),
      ...(said === null ? {} : { amountMinor: said.value }),
    };
    const id = options.positionals[0] ?? '';
    const asked = await desk.client.call(unallocatedMoneyApi.move, { id, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const refund: DeskCommand = {
  summary: 'ask to record that it was paid back',
  help: `prewatt money refund MONEY --reference TEXT --reason TEXT [--request-id ID]

Pay it back at the provider or by the bank first; the reference is that of the payment.`,
  options: { reference: 'text', reason: 'text', ...requestOptions },
  required: ['reference', 'reason'],
  positionals: ['MONEY'],
  run: async (desk, options) => {
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      reference: options.text('reference'),
    };
    const id = options.positionals[0] ?? '';
    const asked = await desk.client.call(unallocatedMoneyApi.refund, { id, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

export const moneyGroup = groupOf('money', 'money that a provider took and no sale got', {
  list,
  candidates,
  move,
  refund,
});
