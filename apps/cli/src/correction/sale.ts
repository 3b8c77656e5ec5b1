// `prewatt sale`: one sale, and what is put right about it.

import { refundApi, saleApi } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { allRows, amountOf } from '../utility.ts';
import { awaits, type DeskCommand, done, groupOf, requestIdOf, requestOptions } from './desk.ts';
import { saleList } from './lists.ts';
import { pageWritingCommand } from './page-writing.ts';
import { receiptTextsCommand } from './receipt-texts.ts';
import { registerHelp, registerOf, registerOptions } from './register-read.ts';

const requestHelp =
  '--request-id ID names the request: the same again changes nothing and gets the first answer.';

const show: DeskCommand = {
  summary: 'a sale, its history, and whether it could be reversed',
  help: 'prewatt sale show SALE',
  options: {},
  required: [],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const id = options.positionals[0] ?? '';
    const sale = await desk.client.call(saleApi.detail, { id });
    if (!sale.ok) return sale;
    const may = await desk.client.call(saleApi.reversibility, { id });
    if (!may.ok) return may;
    const { saleId, state, amountMinor, connectionName, meterPan, timeline } = sale.value;
    return done(
      [
        `${saleId}  ${state}  ${desk.money(amountMinor)}`,
        `${connectionName}, meter ${meterPan}`,
        ...timeline.map((step) => `  ${desk.when(step.at)}  ${step.text}`),
        `${may.value.reversible ? 'can be reversed' : 'cannot be reversed'}: ${may.value.text}`,
      ],
      { sale: sale.value, reversibility: may.value },
    );
  },
};

const reverse: DeskCommand = {
  summary: 'ask to undo a sale whose tokens provably are void',
  help: `prewatt sale reverse SALE --money payer|prepaid --reason TEXT [--request-id ID]
       [--credited KWH | --credited-money AMOUNT]

The money goes back to whoever paid, or stays prepaid. ${requestHelp}

${registerHelp}`,
  options: { money: 'text', reason: 'text', ...registerOptions, ...requestOptions },
  required: ['money', 'reason'],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const register = registerOf(desk, options);
    if (!register.ok) return register;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      moneyGoes: options.text('money'),
      ...register.value,
    };
    const id = options.positionals[0] ?? '';
    const asked = await desk.client.call(saleApi.reverse, { id, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const move: DeskCommand = {
  summary: 'ask to move a sale to the right meter',
  help: `prewatt sale move SALE --to METER --by reversal|creditNote --reason TEXT [--request-id ID]
       [--credited KWH | --credited-money AMOUNT]

reversal needs the proof that the token is void; with creditNote the first sale stands and the
utility pays for the second. ${requestHelp}

${registerHelp}`,
  options: { to: 'text', by: 'text', reason: 'text', ...registerOptions, ...requestOptions },
  required: ['to', 'by', 'reason'],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const register = registerOf(desk, options);
    if (!register.ok) return register;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      toMeterPan: options.text('to'),
      by: options.text('by'),
      ...register.value,
    };
    const id = options.positionals[0] ?? '';
    const asked = await desk.client.call(saleApi.move, { id, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const creditNote: DeskCommand = {
  summary: 'ask to give prepaid money about a sale that stands',
  help: `prewatt sale credit-note SALE --amount AMOUNT --reason TEXT [--request-id ID]

${requestHelp}`,
  options: { amount: 'text', reason: 'text', ...requestOptions },
  required: ['amount', 'reason'],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const amountMinor = amountOf(desk, options);
    if (!amountMinor.ok) return amountMinor;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      amountMinor: amountMinor.value,
    };
    const id = options.positionals[0] ?? '';
    const asked = await desk.client.call(saleApi.creditNote, { id, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const reprint: DeskCommand = {
  summary: 'the receipt with its tokens again, counted, by your name',
  help: 'prewatt sale reprint SALE --reason TEXT',
  options: { reason: 'text' },
  required: ['reason'],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const id = options.positionals[0] ?? '';
    const body = { reason: options.text('reason') };
    const copy = await desk.client.call(saleApi.reprint, { id, body });
    if (!copy.ok) return copy;
    const r = copy.value;
    const bought =
      r.creditMinor === null
        ? `${formatKwh(BigInt(r.energyWh))} kWh`
        : `${desk.money(r.creditMinor)} of credit`;
    const isTaken = BigInt(r.recoveredEnergyWh) + BigInt(r.recoveredMinor) > 0n;
    const part =
      r.creditMinor === null
        ? `${formatKwh(BigInt(r.recoveredEnergyWh))} kWh`
        : desk.money(r.recoveredMinor);
    const taken = isTaken ? [`the meter takes ${part} for use without credit`] : [];
    const grouped = (token: string) => token.replace(/(\d{4})(?=\d)/g, '$1 ');
    const moved =
      r.moved === null
        ? []
        : [`moved ${r.moved.direction} ${r.moved.saleId} (${r.moved.connectionName})`];
    return done(
      [
        `COPY ${r.copy} of ${r.saleId}`,
        `${r.connectionName}, meter ${r.meterPan}, ${desk.when(r.soldAt)}`,
        `paid ${desk.money(r.amountMinor)}, ${bought}`,
        ...taken,
        ...moved,
        ...r.keyChangeTokens.map((token) => `key change  ${grouped(token)}`),
        ...r.liftTokens.map((token) => `lifts limit ${grouped(token)}`),
        ...r.tokens.map((each) => `token       ${grouped(each.token)}`),
      ],
      r,
    );
  },
};

const acknowledge: DeskCommand = {
  summary: 'say that you have seen that a meter took the token of a reversed sale',
  help: 'prewatt sale acknowledge SALE --reason TEXT\n\nIt leaves the attention list; what is owed stays owed.',
  options: { reason: 'text' },
  required: ['reason'],
  positionals: ['SALE'],
  run: async (desk, options) => {
    const id = options.positionals[0] ?? '';
    const body = { reason: options.text('reason') };
    const seen = await desk.client.call(saleApi.acknowledge, { id, body });
    return seen.ok ? done(['it is off the list'], seen.value) : seen;
  },
};

const refunds: DeskCommand = {
  summary: 'money that has to be paid back, oldest first',
  help: 'prewatt sale refunds [--paid]',
  options: { paid: 'flag' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const state = options.flag('paid') ? 'paid' : 'due';
    const rows = await allRows(desk.client, refundApi.list, { input: { query: { state } } });
    if (!rows.ok) return rows;
    const lines = rows.value.map((row) =>
      [
        row.refundId,
        desk.when(row.dueAt),
        desk.money(row.amountMinor),
        row.connectionName,
        row.paidReference ?? '',
      ]
        .join('  ')
        .trimEnd(),
    );
    return done(lines.length === 0 ? [`no refund is ${state}`] : lines, { rows: rows.value });
  },
};

const refunded: DeskCommand = {
  summary: 'record that a refund was paid by the bank',
  help: 'prewatt sale refunded REFUND --reference TEXT',
  options: { reference: 'text' },
  required: ['reference'],
  positionals: ['REFUND'],
  run: async (desk, options) => {
    const body = { reference: options.text('reference') };
    const input = { id: options.positionals[0] ?? '', body };
    const paid = await desk.client.call(refundApi.paid, input);
    if (!paid.ok) return paid;
    if ('approvalId' in paid.value) return awaits(paid.value);
    return done([`paid ${desk.money(paid.value.amountMinor)}`], paid.value);
  },
};

const sendRefund: DeskCommand = {
  summary: 'ask the payment provider to send a refund back',
  help: 'prewatt sale send-refund REFUND',
  options: {},
  required: [],
  positionals: ['REFUND'],
  run: async (desk, options) => {
    const sent = await desk.client.call(refundApi.send, { id: options.positionals[0] ?? '' });
    if (!sent.ok) return sent;
    if ('approvalId' in sent.value) return awaits(sent.value);
    return done([`${sent.value.provider}: ${sent.value.sent?.state ?? 'paid'}`], sent.value);
  },
};

export const saleGroup = groupOf('sale', 'a sale, and what is put right about it', {
  list: saleList,
  show,
  reverse,
  move,
  'credit-note': creditNote,
  reprint,
  'receipt-texts': receiptTextsCommand,
  'page-writing': pageWritingCommand,
  acknowledge,
  refunds,
  refunded,
  'send-refund': sendRefund,
});
