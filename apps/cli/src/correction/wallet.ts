// `prewatt wallet`: money of a home whose credit the ledger holds, what was charged, and changes of
// credit mode. What money did in a period is `prewatt statement`.

import { connectionApi, type Receipt, tillApi, type WalletAnswer, walletApi } from '@prewatt/api';
import { formatKwh, type Result } from '@prewatt/quantities';
import type { CommandResult, Failure, Options } from '../command.ts';
import { serverOf, withTill } from '../http-client.ts';
import { amountOf } from '../utility.ts';
import {
  awaits,
  type Desk,
  type DeskCommand,
  done,
  failure,
  groupOf,
  requestIdOf,
  requestOptions,
} from './desk.ts';
import { whIn } from './register-read.ts';

type Found = { readonly id: string; readonly wallet: WalletAnswer };

async function found(desk: Desk, options: Options): Promise<Result<Found, Failure>> {
  const connection = await desk.connectionIdOf(options.positionals[0] ?? '');
  if (!connection.ok) return connection;
  const answer = await desk.client.call(walletApi.view, { id: connection.value });
  return answer.ok ? { ok: true, value: { id: connection.value, wallet: answer.value } } : answer;
}

const reading = {
  options: {},
  required: [],
  positionals: ['METER'],
} as const;

const balance: DeskCommand = {
  ...reading,
  summary: 'money left or owed, supply, and what is wrong',
  help: `prewatt wallet balance METER

Money of the wallet, up to when use is charged, whether supply is on and why, and a change of credit
mode that waits for its meter.`,
  run: async (desk, options) => {
    const known = await found(desk, options);
    return known.ok ? done(balanceLines(desk, known.value.wallet), known.value.wallet) : known;
  },
};

const supplies: Readonly<Record<NonNullable<WalletAnswer['wallet']>['supply'], string>> = {
  on: 'on',
  emergency: 'on with emergency credit',
  protected: 'on, kept on by a rule',
  off: 'off: the money is used up',
};

function balanceLines(desk: Desk, { creditMode, wallet, changes }: WalletAnswer): string[] {
  const [change] = changes;
  const waits = change === undefined ? [] : changeLines(desk, change);
  if (creditMode === 'token' || wallet === null) {
    return ['no wallet: the meter holds the credit', ...waits];
  }
  const { promisedUntil, emergency, problem, hold } = wallet;
  const owes = BigInt(wallet.balanceMinor) < 0n;
  const sum = desk.money(wallet.balanceMinor.replace('-', ''));
  const until = promisedUntil === null ? '' : ` until ${desk.when(promisedUntil)}`;
  return [
    `${sum} ${owes ? 'owed' : 'left'}; use is charged up to ${desk.when(wallet.ratedUntil)}`,
    `supply: ${supplies[wallet.supply]}${until}, since ${desk.when(wallet.supplyAt)}`,
    ...(hold === null ? [] : [`held off by ${hold.by}: ${hold.reason}`]),
    ...(emergency === null
      ? []
      : [
          `emergency credit: ${desk.money(emergency.usedMinor)} of ${desk.money(emergency.limitMinor)} used`,
        ]),
    ...(problem === null ? [] : [`use is not charged: ${problem}`]),
    ...waits,
  ];
}

/** The newest change, unless it is made: the mode says so. */
function changeLines(desk: Desk, change: WalletAnswer['changes'][number]): string[] {
  const what = `a change to ${change.toMode} mode`;
  switch (change.state) {
    case 'awaitingMeter':
      return [`${what} waits for the meter since ${desk.when(change.at)}`];
    case 'failed':
      return [`${what} failed, ${desk.when(change.stateAt)}: ${change.problem ?? change.reason}`];
    case 'withdrawn':
      return [
        `${what} was withdrawn, ${desk.when(change.stateAt)}: ${change.problem ?? change.reason}`,
      ];
    case 'done':
      return [];
  }
}

const charges: DeskCommand = {
  ...reading,
  options: { limit: 'text' },
  summary: 'what use was charged, the newest first',
  help: `prewatt wallet charges METER [--limit N]

From when to when, energy, money and what for, and why where it was put right; 50 at most. With
payments and debts: prewatt statement METER.`,
  run: async (desk, options) => {
    const limit = options.text('limit') ?? '50';
    if (!/^([1-9]|[1-4]\d|50)$/.test(limit)) {
      return failure('limit', '--limit is a whole number from 1 to 50', 2);
    }
    const known = await found(desk, options);
    if (!known.ok) return known;
    const rows = known.value.wallet.ratings.slice(0, Number(limit));
    const lines = rows.map(
      (row) =>
        `${desk.when(row.startsAt)} to ${desk.when(row.endsAt)}  ` +
        `${formatKwh(BigInt(row.energyWh)).padStart(9)} kWh  ` +
        `${desk.money(row.chargedMinor).padStart(14)}  ${partsText(desk, row.parts)}` +
        `${row.isReplaced ? '  replaced' : ''}` +
        `${row.explanation === null ? '' : `  ${row.explanation}`}`,
    );
    return done(lines.length === 0 ? ['nothing was charged'] : lines, { rows });
  },
};

const partsText = (desk: Desk, parts: WalletAnswer['ratings'][number]['parts']): string =>
  parts.map(({ label, amountMinor }) => `${label} ${desk.money(amountMinor)}`).join(', ');

const changes: DeskCommand = {
  ...reading,
  summary: 'changes of credit mode, the newest first',
  help: 'prewatt wallet changes METER',
  run: async (desk, options) => {
    const known = await found(desk, options);
    if (!known.ok) return known;
    const rows = known.value.wallet.changes;
    const lines = rows.map((row) => {
      const carried = row.amountMinor === null ? '' : `, ${desk.money(row.amountMinor)} carried`;
      const problem = row.problem === null ? '' : `: ${row.problem}`;
      const asked = row.madeAt === null ? 'asked ' : '';
      return `${asked}${desk.when(row.madeAt ?? row.at)}  to ${row.toMode}  ${row.state}${carried}${problem}`;
    });
    return done(lines.length === 0 ? ['the credit mode was never changed'] : lines, { rows });
  },
};

const mode: DeskCommand = {
  summary: 'ask for another credit mode',
  help: `prewatt wallet mode METER --to wallet|token --reason TEXT [--request-id ID]
  of a silent meter, to token mode: --register KWH --read-at INSTANT [--confirmed]

A second person allows it (prewatt approval list); then the meter’s answer carries it out. The
customer is told before. A register that somebody has read at a silent meter, and when
(2026-11-29T14:05:00Z), ends wallet mode without it; --confirmed: right, though it is much.`,
  options: {
    ...{ to: 'text', reason: 'text', register: 'text', 'read-at': 'text', confirmed: 'flag' },
    ...requestOptions,
  },
  required: ['to', 'reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const toMode = options.text('to') ?? '';
    if (toMode !== 'wallet' && toMode !== 'token') {
      return failure('to', '--to is wallet or token', 2);
    }
    const register = options.text('register');
    const readAt = options.text('read-at');
    if ((register === undefined) !== (readAt === undefined)) {
      return failure('register', '--register and --read-at are given together', 2);
    }
    const connection = await desk.connectionIdOf(options.positionals[0] ?? '');
    if (!connection.ok) return connection;
    const confirmed = options.flag('confirmed');
    const siteReading =
      register === undefined
        ? {}
        : { siteReading: { importEnergyWh: whIn(register), readAt, confirmed } };
    const body = {
      requestId: requestIdOf(options),
      toMode,
      reason: options.text('reason'),
      ...siteReading,
    };
    const asked = await desk.client.call(walletApi.changeMode, { id: connection.value, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const withdraw: DeskCommand = {
  summary: 'take back a change of credit mode that waits for its meter',
  help: `prewatt wallet withdraw METER --reason TEXT

At once, also when nobody hears the meter; the home goes on in its mode, and its customer is told.`,
  options: { reason: 'text' },
  required: ['reason'],
  positionals: ['METER'],
  run: async (desk, options): Promise<CommandResult> => {
    const connection = await desk.connectionIdOf(options.positionals[0] ?? '');
    if (!connection.ok) return connection;
    const body = { reason: options.text('reason') };
    const answer = await desk.client.call(walletApi.withdrawChange, { id: connection.value, body });
    if (!answer.ok) return answer;
    const stays = `withdrawn: the home goes on in ${answer.value.creditMode} mode`;
    return done([stays, ...balanceLines(desk, answer.value)], answer.value);
  },
};

const topUp: DeskCommand = {
  summary: 'cash that a customer pays in at the counter, without a token',
  help: `prewatt wallet top-up METER --amount AMOUNT [--request-id ID]

A sale of the counter, which is a vendor with a till: PREWATT_TILL_KEY is that till's key, which two
people allowed. It is taken from the vendor's float, within its budget, and stands in the shift; the
customer gets the text. The same --request-id again is answered with the first receipt.`,
  options: { amount: 'text', ...requestOptions },
  required: ['amount'],
  positionals: ['METER'],
  run: async (desk, options): Promise<CommandResult> => {
    const amountMinor = amountOf(desk, options);
    if (!amountMinor.ok) return amountMinor;
    const key = desk.context.environment['PREWATT_TILL_KEY'] ?? '';
    if (key === '') return failure('credentials', 'no key of a till: set PREWATT_TILL_KEY');
    const known = await found(desk, options);
    if (!known.ok) return known;
    const { creditMode, wallet } = known.value.wallet;
    if (creditMode !== 'wallet' || wallet === null) {
      return failure('noWallet', 'this home has no wallet: what is sold to it has a token');
    }
    const detail = await desk.client.call(connectionApi.detail, { id: known.value.id });
    if (!detail.ok) return detail;
    const { meterPan } = detail.value.meter;
    const body = { requestId: requestIdOf(options), meterPan, amountMinor: amountMinor.value };
    const server = { url: serverOf(options, desk.context), key };
    return withTill(desk.context, server, async (till) => {
      const me = await till.call(tillApi.me);
      if (!me.ok) return me;
      const opened = me.value.shift === null ? await till.call(tillApi.openShift) : me;
      if (!opened.ok) return opened;
      const sold = await till.call(tillApi.sell, { body });
      return sold.ok ? done(receiptLines(desk, sold.value), sold.value) : sold;
    });
  },
};

function receiptLines(desk: Desk, receipt: Receipt): string[] {
  const left = receipt.remainderMinor;
  const sum = desk.money(left.replace('-', ''));
  return [
    `${receipt.saleId}  paid ${desk.money(receipt.amountMinor)} into the wallet of ${receipt.connectionName}`,
    ...receipt.lines.map(
      ({ label, amountMinor }) => `  of it ${desk.money(amountMinor)}: ${label}`,
    ),
    left.startsWith('-') ? `still owed: ${sum}` : `balance now: ${sum}`,
  ];
}

export const walletGroup = groupOf('wallet', 'money of homes whose credit the ledger holds', {
  ...{ balance, charges, changes, mode, withdraw },
  'top-up': topUp,
});
