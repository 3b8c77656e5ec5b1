// The commands of `prewatt vendor`, each one or two requests to the server.

import { type VendorChanged, vendorApi } from '@prewatt/api';
import { countText, ok, type Result } from '@prewatt/quantities';
import type { CommandResult, Failure, Options } from '../command.ts';
import { waits } from '../server-group.ts';
import { amountOf } from '../utility.ts';
import { type Desk, failure, linesOfVendor, postAndShow, type VendorCommand } from './desk.ts';

const settingOptions = {
  'commission-percent': 'text',
  'float-limit': 'text',
  'tokens-per-hour': 'text',
  'kwh-per-hour': 'text',
} as const;
const settingHelp = `  --commission-percent P   share of each sale, e.g. 1.5
  --float-limit AMOUNT     how far below zero the float may go
  --tokens-per-hour N      signing budget of an hour
  --kwh-per-hour N         the same in energy`;

/** What the options say; what is not given is left out. */
function settingsOf(desk: Desk, options: Options): Result<Record<string, unknown>, Failure> {
  const settings: Record<string, unknown> = {};
  const percent = options.text('commission-percent');
  if (percent !== undefined) {
    if (!/^\d{1,3}(\.\d{1,2})?$/.test(percent)) return wrong('commission-percent', percent);
    settings['commissionBasisPoints'] = Math.round(Number(percent) * 100);
  }
  const limit = options.text('float-limit');
  if (limit !== undefined) {
    const amount = amountOf(desk, options, 'float-limit');
    if (!amount.ok) return amount;
    settings['floatLimitMinor'] = amount.value;
  }
  const tokens = options.text('tokens-per-hour');
  if (tokens !== undefined) {
    if (!/^\d{1,7}$/.test(tokens)) return wrong('tokens-per-hour', tokens);
    settings['tokensPerHour'] = Number(tokens);
  }
  const kwh = options.text('kwh-per-hour');
  if (kwh !== undefined) {
    if (!/^\d{1,10}$/.test(kwh)) return wrong('kwh-per-hour', kwh);
    settings['energyPerHourWh'] = (BigInt(kwh) * 1_000n).toString();
  }
  return ok(settings);
}

const wrong = (option: string, text: string): Result<never, Failure> => ({
  ok: false,
  error: { exitCode: 2, code: 'option', message: `--${option}: "${text}" does not fit` },
});

export const listCommand: VendorCommand = {
  summary: 'every vendor, with float and block',
  help: 'prewatt vendor list',
  options: {},
  required: [],
  positionals: [],
  run: async (desk) => {
    const vendors = await desk.vendors();
    if (!vendors.ok) return vendors;
    const lines = vendors.value.flatMap((vendor) => linesOfVendor(desk, vendor));
    const shown = lines.length === 0 ? ['no vendors yet'] : lines;
    return { ok: true, value: { lines: shown, json: vendors.value } };
  },
};

export const showCommand: VendorCommand = {
  summary: 'one vendor, its keys and its last shifts',
  help: 'prewatt vendor show VENDOR',
  options: {},
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const vendor = await desk.client.call(vendorApi.detail, { id: id.value });
    if (!vendor.ok) return vendor;
    const keys = vendor.value.keys.map(
      ({ keyId, label, terminal, phone, revokedAt }) =>
        `  key ${keyId} ${label}${terminal === null ? '' : `, XMLVend ${terminal.clientId} ${terminal.terminalId}`}${phone === null ? '' : `, phone${phone.enrolledAt === null ? ', not set up' : ''}`}${revokedAt === null ? '' : ', revoked'}`,
    );
    const clerks = vendor.value.clerks.map(
      ({ clerkId, name, locked }) => `  clerk ${clerkId} ${name}${locked ? ', locked' : ''}`,
    );
    const shifts = vendor.value.shifts.map((shift) => {
      const expected = `${desk.when(shift.openedAt)}: ${countText(shift.sales, 'sale')}, ${desk.money(shift.expectedMinor)}`;
      if (shift.closedAt === null) return `  shift ${expected}, open`;
      if (shift.countedMinor === null)
        return `  shift ${expected}, closed ${desk.when(shift.closedAt)}, not counted`;
      const counted = `counted ${desk.money(shift.countedMinor)}`;
      const difference = `difference ${desk.money(shift.differenceMinor ?? '0')}`;
      return `  shift ${expected}, closed ${desk.when(shift.closedAt)}, ${counted}, ${difference}`;
    });
    const lines = [...linesOfVendor(desk, vendor.value), ...keys, ...clerks, ...shifts];
    return { ok: true, value: { lines, json: vendor.value } };
  },
};

const requestIdHelp =
  '--request-id ID   the same id again changes nothing and gets the first answer';
const actIdOf = (options: Options): string => options.text('request-id') ?? crypto.randomUUID();

const siteOptions = { 'site-budget': 'text' } as const;

export const createCommand: VendorCommand = {
  summary: 'makes a vendor (administrators)',
  help: `prewatt vendor create NAME and all of\n\n${settingHelp}

A float limit waits for approval by a second person; the vendor begins without one.

${requestIdHelp}`,
  options: { ...settingOptions, 'request-id': 'text' },
  required: Object.keys(settingOptions),
  positionals: ['NAME'],
  run: async (desk, options) => {
    const settings = settingsOf(desk, options);
    if (!settings.ok) return settings;
    const requestId = actIdOf(options);
    const body = { requestId, name: options.positionals[0], ...settings.value };
    const vendor = await desk.client.call(vendorApi.create, { body });
    return vendor.ok ? changed(desk, vendor.value) : vendor;
  },
};

export const setCommand: VendorCommand = {
  summary: 'changes what a vendor may do (administrators)',
  help: `prewatt vendor set VENDOR and any of\n\n${settingHelp}
  --site-budget AMOUNT     what its gateway may sell for cash while it has no internet; 0: nothing

A change with a rise in it waits for approval by a second person; what takes from a vendor is done
at once.
${requestIdHelp}`,
  options: { ...settingOptions, ...siteOptions, 'request-id': 'text' },
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const settings = settingsOf(desk, options);
    if (!settings.ok) return settings;
    if (options.text('site-budget') !== undefined) {
      const amount = amountOf(desk, options, 'site-budget');
      if (!amount.ok) return amount;
      settings.value['siteBudgetMinor'] = amount.value;
    }
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const requestId = options.text('request-id');
    const body = { ...settings.value, ...(requestId === undefined ? {} : { requestId }) };
    const vendor = await desk.client.call(vendorApi.change, { id: id.value, body });
    return vendor.ok ? changed(desk, vendor.value) : vendor;
  },
};

/** As the vendor is now, and what of it another person has to allow. */
function changed(desk: Desk, vendor: VendorChanged): CommandResult {
  const waiting =
    vendor.waitsFor === null
      ? []
      : [
          `${vendor.waitsFor}  waits for approval by a second person: until then the terms above hold`,
          `they read it first: prewatt approval show ${vendor.waitsFor}`,
        ];
  return { ok: true, value: { lines: [...linesOfVendor(desk, vendor), ...waiting], json: vendor } };
}

export const siteCommand: VendorCommand = {
  summary: 'what its gateway sold without the internet, and what of it is still to come',
  help: 'prewatt vendor site VENDOR',
  options: {},
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const site = await desk.client.call(vendorApi.siteSales, { id: id.value });
    if (!site.ok) return site;
    const { till, outstanding, rows } = site.value;
    const lines = [
      `budget ${desk.money(site.value.budgetMinor)}, kept for the site now ${desk.money(site.value.reservedMinor)}`,
      till === null
        ? 'no gateway has asked for it'
        : `its till is ${till.label}, which asked last ${desk.when(till.askedAt)}`,
      `refused until now: ${outstanding.sales}, ${desk.money(outstanding.amountMinor)}`,
      ...rows.map(
        (row) =>
          `  ${desk.when(row.soldAt)} ${desk.money(row.amountMinor)} for ${row.meterPan} by ${row.clerk}: ${row.saleId ?? row.refusal ?? 'under way'}`,
      ),
    ];
    return { ok: true, value: { lines, json: site.value } };
  },
};

export const blockCommand: VendorCommand = {
  summary: 'stops a vendor’s sales at once',
  help: 'prewatt vendor block VENDOR --reason TEXT',
  options: { reason: 'text' },
  required: ['reason'],
  positionals: ['VENDOR'],
  run: (desk, options) =>
    postAndShow(desk, {
      idOrName: options.positionals[0] ?? '',
      act: 'block',
      body: { reason: options.text('reason') },
    }),
};

export const unblockCommand: VendorCommand = {
  summary: 'lets a vendor sell again at once',
  help: 'prewatt vendor unblock VENDOR --reason TEXT',
  options: { reason: 'text' },
  required: ['reason'],
  positionals: ['VENDOR'],
  run: (desk, options) =>
    postAndShow(desk, {
      idOrName: options.positionals[0] ?? '',
      act: 'unblock',
      body: { reason: options.text('reason') },
    }),
};

export const keyCommand: VendorCommand = {
  summary: 'asks for a till’s key, and prints it once it is allowed (administrators)',
  help: `prewatt vendor key VENDOR --label TILL [--request-id ID]

A key waits for approval by a second person. Once they allowed it, the same command with the same
--request-id makes and prints it, to whoever asked, within a day.`,
  options: { label: 'text', 'request-id': 'text' },
  required: ['label'],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const [name = '', label = ''] = [options.positionals[0], options.text('label')];
    const body = { requestId: actIdOf(options), label };
    const made = await desk.client.call(vendorApi.createKey, { id: id.value, body });
    if (!made.ok) return made;
    if ('key' in made.value) {
      return { ok: true, value: { lines: [made.value.key], json: made.value } };
    }
    const asked = waits(made.value);
    if (!asked.ok) return asked;
    const again = `prewatt vendor key "${name}" --label "${label}" --request-id ${body.requestId}`;
    const lines = [...asked.value.lines, `then it is printed by: ${again}`];
    return { ok: true, value: { lines, json: { ...made.value, requestId: body.requestId } } };
  },
};

export const revokeCommand: VendorCommand = {
  summary: 'takes a till’s key back (administrators)',
  help: 'prewatt vendor revoke VENDOR KEY-ID',
  options: {},
  required: [],
  positionals: ['VENDOR', 'KEY-ID'],
  run: async (desk, options) => {
    const [idOrName = '', keyId = ''] = options.positionals;
    const id = await desk.vendorIdOf(idOrName);
    if (!id.ok) return id;
    if (!/^[\w-]+$/.test(keyId)) return failure('unknownKey', `"${keyId}" is no key’s id`);
    const revoked = await desk.client.call(vendorApi.revokeKey, { id: id.value, keyId });
    if (!revoked.ok) return revoked;
    return { ok: true, value: { lines: [`${keyId} opens nothing any more`], json: revoked.value } };
  },
};

export const vendorDepositCommand: VendorCommand = {
  summary: 'records money that a vendor brought',
  help: `prewatt vendor deposit VENDOR --amount AMOUNT --reference TEXT [--request-id ID]

The same request id counts once. When it is left out, the reference is: give each slip its own.`,
  options: { amount: 'text', reference: 'text', 'request-id': 'text' },
  required: ['amount', 'reference'],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const amount = amountOf(desk, options);
    if (!amount.ok) return amount;
    const reference = options.text('reference') ?? '';
    const body = {
      requestId: options.text('request-id') ?? requestIdOf(reference),
      amountMinor: amount.value,
      reference,
    };
    const recorded = await desk.client.call(vendorApi.recordDeposit, { id: id.value, body });
    if (!recorded.ok) {
      const isSlip = options.text('request-id') === undefined;
      return isSlip && recorded.error.code === 'requestIdReused'
        ? slipIsKnown(reference)
        : recorded;
    }
    if ('approvalId' in recorded.value) return waits(recorded.value);
    const { recordedAt, recordedBy } = recorded.value;
    const line = `${desk.money(amount.value)}, ${reference}: recorded by ${recordedBy}, ${desk.when(recordedAt)}`;
    return { ok: true, value: { lines: [line], json: recorded.value } };
  },
};

const slipIsKnown = (reference: string) =>
  failure(
    'requestIdReused',
    `a deposit of another amount or vendor was recorded with the reference "${reference}"`,
    'Give each slip its own reference; where two slips have one, add --request-id.',
  );

/** The same slip entered twice is one request. The server takes at most 100 characters. */
const requestIdOf = (reference: string): string =>
  `reference:${encodeURIComponent(reference.trim())}`;
