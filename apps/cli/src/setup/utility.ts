// `prewatt utility`: the tenants of a database.

import { duplicateNames } from '@prewatt/api';
import { checkProtectionRules, describeRulesError } from '@prewatt/protection';
import { formatAmount, parseAmount } from '@prewatt/quantities';
import type { NewUtility } from '@prewatt/server/setup';
import type { CommandContext, Options } from '../command.ts';
import { faultIn, textOf } from '../server-group.ts';
import { createOwnerGroup, refusalMessage, said } from './owner.ts';

const help = `prewatt utility: utilities of a database, on the database itself

  prewatt utility create NAME --zone ZONE --currency CODE --least AMOUNT --most AMOUNT
                         [--help-phone TEXT] [--rules FILE]
  prewatt utility list

  --zone         its time zone, like Africa/Nairobi
  --currency     its currency, like KES
  --least, --most  what may be bought at once, like 10 or 10.50
  --help-phone   shown to customers
  --rules FILE   protection rules (docs/protection.md); without it nothing is protected, and two
                 administrators can change that later
  --json         one JSON value

Then: prewatt operator add, three administrators at least; a vending key by two of them and the
third (prewatt key); a tariff (prewatt tariff change); connections (prewatt import). Signs in as
nobody: OWNER_URL is the database, as its owner.
`;

/** Nothing is protected, and of a purchase at most half repays debts. */
const noRules = {
  version: 1,
  friendlyHours: [],
  holidays: [],
  emergencyCreditWh: '0',
  debt: { maximumSharePercent: 50, floorEnergyWh: '0' },
};

export const utilityGroup = createOwnerGroup({
  name: 'utility',
  help,
  commands: {
    create: {
      options: {
        zone: 'text',
        currency: 'text',
        least: 'text',
        most: 'text',
        'help-phone': 'text',
        rules: 'text',
      },
      positionals: ['NAME'],
      required: ['zone', 'currency', 'least', 'most'],
      prepare: (options, context) => {
        const utility = utilityIn(options, context);
        if (typeof utility === 'string') return utility;
        return async (setup) => {
          const made = await setup.createUtility(utility);
          if (!made.ok) return refusalMessage(made.error);
          const amount = (minor: bigint) => formatAmount(minor, utility.currency);
          const { minimumPurchaseMinor: least, maximumPurchaseMinor: most, currency } = utility;
          return said(
            [
              `${utility.name} (${made.value})`,
              `  ${utility.zone}; purchases from ${currency.code} ${amount(least)} to ${amount(most)}`,
              `next: prewatt operator add EMAIL --utility "${utility.name}" --name TEXT --role administrator`,
            ],
            { utilityId: made.value },
          );
        };
      },
    },
    list: {
      options: {},
      positionals: [],
      required: [],
      prepare: () => async (setup) => {
        const rows = await setup.utilities();
        const lines = rows.map(
          (row) => `${row.name}  ${row.zone}  ${row.currency_code}  ${row.id}`,
        );
        return said(lines.length === 0 ? ['no utilities yet'] : lines, rows);
      },
    },
  },
});

function utilityIn(options: Options, context: CommandContext): NewUtility | string {
  const name = (options.positionals[0] ?? '').trim();
  if (name === '' || name.length > 100) return 'NAME has 1 to 100 characters';
  const zone = options.text('zone') ?? '';
  if (!isZone(zone)) return `--zone ${zone} is no time zone; write one like Africa/Nairobi`;
  const code = options.text('currency') ?? '';
  if (!Intl.supportedValuesOf('currency').includes(code)) {
    return `--currency ${code} is no currency; write three letters like KES`;
  }
  const currency = { code, scale: scaleOf(code) };
  const [least, most] = ['least', 'most'].map((key) =>
    parseAmount(options.text(key) ?? '', currency),
  );
  if (least?.ok !== true || least.value === 0n) return '--least is an amount above 0, like 10.50';
  if (most?.ok !== true || most.value < least.value) {
    return '--most is an amount like 5000.00, and not below --least';
  }
  const protectionRules = rulesIn(options, context);
  return {
    name,
    zone,
    currency,
    minimumPurchaseMinor: least.value,
    maximumPurchaseMinor: most.value,
    helpPhone: options.text('help-phone') ?? null,
    protectionRules,
  };
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const scaleOf = (currency: string): number =>
  Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits ?? 2;

function rulesIn(options: Options, context: CommandContext): object {
  const path = options.text('rules');
  if (path === undefined) return noRules;
  const text = textOf(context, path);
  const document = jsonIn(text);
  if (document === undefined) faultIn(path, 'it is no JSON');
  const [twice] = duplicateNames(text);
  if (twice !== undefined) faultIn(path, `${twice} stands twice: leave one out`);
  const checked = checkProtectionRules(document);
  return checked.ok ? (document as object) : faultIn(path, describeRulesError(checked.error));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
