// The commands of `prewatt vendor`, each one or two requests to the server.

import {
  revokedSchema,
  vendorDepositSchema,
  vendorDetailSchema,
  vendorKeySchema,
  vendorRowSchema,
} from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { Failure, Options } from '../command.ts';
import { amountOf } from '../utility.ts';
import {
  type Desk,
  failure,
  linesOfVendor,
  postAndShow,
  type VendorCommand,
  vendorsPath,
} from './desk.ts';

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
    const path = await desk.pathOf(options.positionals[0] ?? '');
    if (!path.ok) return path;
    const vendor = await desk.client.get(path.value, vendorDetailSchema);
    if (!vendor.ok) return vendor;
    const keys = vendor.value.keys.map(
      (key) => `  key ${key.keyId} ${key.label}${key.revokedAt === null ? '' : ', revoked'}`,
    );
    const shifts = vendor.value.shifts.map((shift) => {
      const expected = `${desk.when(shift.openedAt)}: ${shift.sales} ${shift.sales === 1 ? 'sale' : 'sales'}, ${desk.money(shift.expectedMinor)}`;
      if (shift.closedAt === null || shift.countedMinor === null)
        return `  shift ${expected}, open`;
      const counted = `counted ${desk.money(shift.countedMinor)}`;
      const difference = `difference ${desk.money(shift.differenceMinor ?? '0')}`;
      return `  shift ${expected}, closed ${desk.when(shift.closedAt)}, ${counted}, ${difference}`;
    });
    const lines = [...linesOfVendor(desk, vendor.value), ...keys, ...shifts];
    return { ok: true, value: { lines, json: vendor.value } };
  },
};

const requestIdHelp = '--request-id ID   the same id again is the same act and gets its answer';
const actIdOf = (options: Options): string => options.text('request-id') ?? crypto.randomUUID();

export const createCommand: VendorCommand = {
  summary: 'makes a vendor (administrators)',
  help: `prewatt vendor create NAME and all of\n\n${settingHelp}

${requestIdHelp}`,
  options: { ...settingOptions, 'request-id': 'text' },
  required: Object.keys(settingOptions),
  positionals: ['NAME'],
  run: async (desk, options) => {
    const settings = settingsOf(desk, options);
    if (!settings.ok) return settings;
    const requestId = actIdOf(options);
    const body = { requestId, name: options.positionals[0], ...settings.value };
    const vendor = await desk.client.post(vendorsPath, body, vendorRowSchema);
    if (!vendor.ok) return vendor;
    return { ok: true, value: { lines: linesOfVendor(desk, vendor.value), json: vendor.value } };
  },
};

export const setCommand: VendorCommand = {
  summary: 'changes what a vendor may do (administrators)',
  help: `prewatt vendor set VENDOR and any of\n\n${settingHelp}`,
  options: settingOptions,
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const settings = settingsOf(desk, options);
    if (!settings.ok) return settings;
    const idOrName = options.positionals[0] ?? '';
    return postAndShow(desk, { idOrName, act: 'settings', body: settings.value });
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
  help: 'prewatt vendor unblock VENDOR',
  options: {},
  required: [],
  positionals: ['VENDOR'],
  run: (desk, options) =>
    postAndShow(desk, { idOrName: options.positionals[0] ?? '', act: 'unblock', body: {} }),
};

export const keyCommand: VendorCommand = {
  summary: 'makes a till’s key and prints it (administrators)',
  help: `prewatt vendor key VENDOR --label TILL\n\n${requestIdHelp}`,
  options: { label: 'text', 'request-id': 'text' },
  required: ['label'],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const path = await desk.pathOf(options.positionals[0] ?? '');
    if (!path.ok) return path;
    const body = { requestId: actIdOf(options), label: options.text('label') };
    const made = await desk.client.post(`${path.value}/keys`, body, vendorKeySchema);
    return made.ok ? { ok: true, value: { lines: [made.value.key], json: made.value } } : made;
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
    const path = await desk.pathOf(idOrName);
    if (!path.ok) return path;
    if (!/^[\w-]+$/.test(keyId)) return failure('unknownKey', `"${keyId}" is no key’s id`);
    const act = `${path.value}/keys/${keyId}/revoke`;
    const revoked = await desk.client.post(act, {}, revokedSchema);
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
    const path = await desk.pathOf(options.positionals[0] ?? '');
    if (!path.ok) return path;
    const amount = amountOf(desk, options);
    if (!amount.ok) return amount;
    const reference = options.text('reference') ?? '';
    const body = {
      requestId: options.text('request-id') ?? requestIdOf(reference),
      amountMinor: amount.value,
      reference,
    };
    const recorded = await desk.client.post(`${path.value}/deposits`, body, vendorDepositSchema);
    if (!recorded.ok) return recorded;
    const { recordedAt, recordedBy } = recorded.value;
    const line = `${desk.money(amount.value)}, ${reference}: recorded by ${recordedBy}, ${desk.when(recordedAt)}`;
    return { ok: true, value: { lines: [line], json: recorded.value } };
  },
};

/** The same slip entered twice is one request. The server takes at most 100 characters. */
const requestIdOf = (reference: string): string =>
  `reference:${encodeURIComponent(reference.trim())}`;
