// `prewatt xmlvend check`: the suite against any XMLVend 2.1 server. Each step is told with its
// verdict; nothing is sold unless --sell is given.

import { ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options } from '../command.ts';
import {
  msnoOf,
  readShop,
  shopHelp,
  shopOptions,
  wrong,
  type XmlvendCommand,
} from './shop-options.ts';
import { type Exchange, type Plan, runSuite, type Step } from './suite.ts';
import { post, type Shop } from './wire.ts';

type Checked = { readonly shop: Shop; readonly plan: Plan };

function readOptions(options: Options, context: CommandContext): Result<Checked, Failure> {
  const msno = msnoOf(options.text('meter') ?? '');
  if (msno === null) return wrong('meter', 'give the digits on the meter');
  const read = readShop(options, context);
  if (!read.ok) return read;
  const { shop, asker } = read.value;
  return ok({ shop, plan: { ...asker, msno, sell: options.flag('sell') } });
}

async function run(options: Options, context: CommandContext): Promise<CommandResult> {
  const read = readOptions(options, context);
  if (!read.ok) return read;
  const { shop, plan } = read.value;
  const wire = {
    post: (xml: string, o: { readonly hangUp: boolean }) => post(shop, xml, o),
    sleep: context.sleep,
  };
  const steps = await runSuite(plan, wire);
  const count = (verdict: Step['verdict']) =>
    steps.filter((step) => step.verdict === verdict).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  const shows = options.flag('show');
  const lines = [
    ...steps.flatMap((step) => linesOf(step, shows || step.verdict === 'failed')),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
  const json = { server: shop.url.href, steps, passed, failed, skipped };
  return { ok: true, value: { lines, json, failed: failed > 0 } };
}

const linesOf = (step: Step, shows: boolean): readonly string[] => [
  `${step.verdict.padEnd(8)} ${step.name}: ${step.said}`,
  ...(shows ? step.exchanges.flatMap(exchangeLines) : []),
];

const exchangeLines = ({ request, answer }: Exchange): readonly string[] => [
  `  > ${hidden(request)}`,
  answer.kind === 'answer'
    ? `  < ${answer.status} ${hidden(answer.text)}`
    : `  < nothing: ${answer.why}`,
];

/** Tokens are money: their last four digits are enough here. */
const hidden = (xml: string): string =>
  xml
    .replace(/\s*\n\s*/g, '')
    .replace(/(<(?:\w+:)?stsCipher>)\d*(\d{4})</g, '$1…$2<')
    .replace(/(<(?:\w+:)?password>)[^<]*</g, '$1…<');

export const checkCommand: XmlvendCommand = {
  summary: 'try an XMLVend 2.1 server, step by step',
  help: `prewatt xmlvend check --server URL --cert FILE --key FILE --meter NUMBER [options]

${shopHelp}
  --sell             buys once or twice for the amount; without it nothing is sold
  --show             prints each request and answer, tokens and password hidden

Exit code 1 when a step failed. --json has all requests and answers, whole tokens in them.
`,
  options: { ...shopOptions, ...{ meter: 'text', sell: 'flag', show: 'flag' } },
  required: ['server', 'cert', 'key', 'meter'],
  positionals: [],
  run,
};
