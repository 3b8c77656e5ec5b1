// `prewatt xmlvend load`: as many sales as a payday has, at any XMLVend 2.1 server, and how long
// they took. Trials, by which nothing is sold, unless --sell is given.

import { ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options } from '../command.ts';
import { faultIn } from '../server-group.ts';
import { type LoadPlan, type LoadReport, runLoad } from './load.ts';
import {
  msnoOf,
  readShop,
  shopHelp,
  shopOptions,
  wrong,
  type XmlvendCommand,
} from './shop-options.ts';
import { createPosting, type Shop } from './wire.ts';

type Checked = { readonly shop: Shop; readonly plan: LoadPlan };

function readOptions(options: Options, context: CommandContext): Result<Checked, Failure> {
  const whole = (name: string, usual: number, most: number): number | null => {
    const value = Number(options.text(name) ?? usual);
    return Number.isInteger(value) && value >= 1 && value <= most ? value : null;
  };
  const count = whole('count', 100, 100_000);
  if (count === null) return wrong('count', 'give 1 to 100000');
  const atOnce = whole('at-once', 16, 1_000);
  if (atOnce === null) return wrong('at-once', 'give 1 to 1000');
  const perSecond = Number(options.text('rate') ?? '10');
  if (!(perSecond > 0 && perSecond <= 10_000))
    return wrong('rate', 'give sales a second, to 10000');
  const file = options.text('meters');
  const named =
    file === undefined ? [options.text('meter') ?? ''] : context.readFile(file).split('\n');
  const meters: string[] = [];
  for (const line of named.map((each) => each.trim()).filter((each) => each !== '')) {
    const msno = msnoOf(line);
    if (msno === null) {
      const why = `"${line}" is no meter`;
      return file === undefined ? wrong('meter', why) : faultIn(file, why);
    }
    meters.push(msno);
  }
  const [msno] = meters;
  if (msno === undefined) return wrong('meter', 'give --meter NUMBER, or --meters FILE');
  const read = readShop(options, context);
  if (!read.ok) return read;
  const { shop, asker } = read.value;
  const sell = options.flag('sell');
  return ok({
    shop,
    plan: { asker: { ...asker, msno }, ...{ meters, count, perSecond, atOnce, sell } },
  });
}

async function run(options: Options, context: CommandContext): Promise<CommandResult> {
  const read = readOptions(options, context);
  if (!read.ok) return read;
  const { shop, plan } = read.value;
  const posting = createPosting(shop, plan.atOnce);
  try {
    const report = await runLoad(plan, {
      ...{ post: posting.post, sleep: context.sleep },
      nowMs: () => performance.now(),
    });
    const failed = report.doubled > 0 || Object.keys(report.unanswered).length > 0;
    const json = { server: shop.url.href, ...report };
    return { ok: true, value: { lines: linesOf(report, plan), json, failed } };
  } finally {
    posting.close();
  }
}

function linesOf(report: LoadReport, plan: LoadPlan): readonly string[] {
  const { ms } = report;
  const noted = (what: string, of: Readonly<Record<string, number>>): readonly string[] =>
    Object.entries(of).map(([why, n]) => `${what.padEnd(12)}${n} ${why}`);
  return [
    `${(plan.sell ? 'sold' : 'trials').padEnd(12)}${report.done} of ${report.asked}`,
    ...noted('refused', report.refused),
    ...noted('no answer', report.unanswered),
    `doubled     ${report.doubled} tokens`,
    `rate        ${report.perSecond} answers a second, ${plan.perSecond} asked for`,
    `wait        p50 ${ms.p50} ms, p90 ${ms.p90} ms, p99 ${ms.p99} ms, most ${ms.most} ms`,
  ];
}

export const loadCommand: XmlvendCommand = {
  summary: 'sales at a steady rate, and how long they took',
  help: `prewatt xmlvend load --server URL --cert FILE --key FILE --meter NUMBER [options]

  --meters FILE      meters, one a line, in turn, in place of --meter
  --count N          sales (100)
  --rate N           sales a second that are begun, whether or not earlier ones are answered (10)
  --at-once N        under way at most (16, which is what our own server lets one certificate have)
  --sell             sells; without it each is a trial, and nothing is sold
${shopHelp}

A wait counts from the moment when the sale was due. Exit code 1 when one got no answer, or two got
the same token.
`,
  options: {
    ...shopOptions,
    ...{ meter: 'text', meters: 'text', count: 'text', rate: 'text', 'at-once': 'text' },
    sell: 'flag',
  },
  required: ['server', 'cert', 'key'],
  positionals: [],
  run,
};
