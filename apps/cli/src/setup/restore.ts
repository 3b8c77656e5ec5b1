// `prewatt restore`: what must be done after an older copy of the database was put back, before
// anything is sold. Works on the database itself, with its owner's rights, while no server runs.

import { countText, formatKwh } from '@prewatt/quantities';
import type { RestoreRefusal } from '@prewatt/server/restore';
import {
  type CommandContext,
  type CommandGroup,
  type CommandLine,
  type CommandResult,
  refused,
} from '../command.ts';
import { createSingle } from '../dispatch.ts';
import { databaseRefused, keeperOf, said } from './owner.ts';
import { ownerUrlOf } from './owner-url.ts';

const help = `  prewatt restore [--until INSTANT] [--json]
  prewatt restore check [--json]

  --until INSTANT  the latest business time at which a server may have sold, if it is later than
                   now: "soldUntil" in epoch.json of the server's state folder

Meters may hold tokens that the database no longer knows. Every meter's last token identifier is
raised beyond them, and servers may start again. Harmless to repeat. Signs in as nobody: OWNER_URL
is the database, as its owner. What else to do: docs/operating/restore.md.
`;

const words: Record<RestoreRefusal, readonly [message: string, advice: string]> = {
  serverRunning: [
    'a server is connected to this database',
    'Stop every server first; it would go on with the identifiers that it has read.',
  ],
};

const command: CommandLine = {
  options: { until: 'text' },
  positionals: [],
  summary: 'after an older copy of the database was put back',
  help,
};

const raise = createSingle({
  name: 'restore',
  command,
  common: {},
  run: async (_, options, context) => {
    const until = options.text('until');
    const soldUntilMs = until === undefined ? null : Date.parse(until);
    if (Number.isNaN(soldUntilMs)) return '--until is an instant like 2026-11-24T08:00:00Z';
    const owner = ownerUrlOf(context.environment);
    if (!owner.ok) return owner.why;
    try {
      return await restore(context, { url: owner.url, soldUntilMs });
    } catch (error) {
      return databaseRefused(error);
    }
  },
});

const checkHelp = `  prewatt restore check [--json]

Before servers start on a database that was put back: whether its books agree with themselves by the
rules of the proof, and whether every meter's next token identifier is beyond all that may have been
given out. Changes nothing. Exit code 1: do not sell yet. Signs in as nobody: OWNER_URL is the
database, as its owner.
`;

const check = createSingle({
  name: 'restore check',
  command: {
    options: {},
    positionals: [],
    summary: 'whether a database that was put back may sell',
    help: checkHelp,
  },
  common: {},
  run: async (_, __, context) => {
    const owner = ownerUrlOf(context.environment);
    if (!owner.ok) return owner.why;
    try {
      return await checkDatabase(context, owner.url);
    } catch (error) {
      return databaseRefused(error);
    }
  },
});

/** `check` is a command of its own behind the one that does the work. */
export const restoreGroup: CommandGroup = Object.assign(
  (args: readonly string[], context: CommandContext): Promise<number> =>
    args[0] === 'check' ? check(args.slice(1), context) : raise(args, context),
  {
    lines: new Map([
      ...(raise.lines ?? []),
      ...[...(check.lines ?? [])].map(([, line]) => ['check', line] as const),
    ]),
  },
);

async function checkDatabase(context: CommandContext, url: string): Promise<CommandResult> {
  const { checkRestored } = await import('@prewatt/server/restored');
  const state = await checkRestored({ url, nowMs: context.nowMs });
  const { sales, payments, tokens, energyWh, lastTokenAtMs, broken, meters, unsafeMeters } = state;
  const lastTokenAt = lastTokenAtMs === null ? null : new Date(lastTokenAtMs).toISOString();
  const lines = [
    `${countText(sales, 'sale')}, ${countText(payments, 'payment')} and ${countText(tokens, 'token')} of ` +
      `${formatKwh(energyWh)} kWh are in it`,
    `the latest token is of ${lastTokenAt ?? 'never'}: what was sold later is not in it`,
    ...broken.map(({ law, what, count }) => `law ${law} is broken: ${count} ${what}`),
    unsafeMeters === 0
      ? `of ${countText(meters, 'meter')} the next identifiers are beyond all that were given out`
      : `of ${unsafeMeters} of ${countText(meters, 'meter')} the next identifiers may have been given out`,
  ];
  if (broken.length === 0 && unsafeMeters === 0) {
    return said([...lines, 'Servers may start.'], {
      ...{ sales, payments, tokens, energyWh: String(energyWh), lastTokenAt, meters },
      ...{ unsafeMeters, broken },
    });
  }
  const advice =
    unsafeMeters === 0
      ? 'A meter that reports more than was sold to it holds tokens of the lost time: see docs/operating/restore.md.'
      : 'Run "prewatt restore", then this again.';
  return refused(
    unsafeMeters === 0 ? 'rulesBroken' : 'identifiersUnsafe',
    lines.join('\n'),
    advice,
  );
}

async function restore(
  context: CommandContext,
  o: { readonly url: string; readonly soldUntilMs: number | null },
): Promise<CommandResult> {
  const { passOverLostTids } = await import('@prewatt/server/restore');
  const { nowMs } = context;
  const done = await passOverLostTids({ ...o, nowMs, by: keeperOf(context) });
  if (!done.ok) {
    const { code, detail } = done.error;
    const [message, advice] = words[code];
    return refused(code, `${message}: ${detail}`, advice);
  }
  const { tidsFromMs, raised, withoutKey, exhausted } = done.value;
  const tidsFrom = new Date(tidsFromMs).toISOString();
  const lines = [
    `${countText(raised, 'meter')}: next tokens have identifiers after ${tidsFrom}`,
    ...(withoutKey === 0
      ? []
      : [`${countText(withoutKey, 'meter')} without a loaded key: as before`]),
    ...(exhausted === 0
      ? []
      : [
          `${countText(exhausted, 'meter')} without an identifier left: change to a later base date`,
        ]),
    'Servers may start. Then: prewatt proof, and prewatt reconcile with the files of the lost days.',
  ];
  return said(lines, { tidsFrom, raised, withoutKey, exhausted });
}
