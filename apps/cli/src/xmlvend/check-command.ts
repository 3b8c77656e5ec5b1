// `prewatt xmlvend check`: the suite against any XMLVend 2.1 server. Each step is told with its
// verdict; nothing is sold unless --sell is given.

import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options, OptionTable } from '../command.ts';
import { type Exchange, type Plan, runSuite, type Step } from './suite.ts';
import { post, type Shop } from './wire.ts';

export type XmlvendCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly required: readonly string[];
  readonly positionals: readonly string[];
  readonly run: (options: Options, context: CommandContext) => Promise<CommandResult>;
};

const wrong = (option: string, text: string): Result<never, Failure> =>
  err({ exitCode: 2, code: 'option', message: `--${option}: ${text}` });

type Checked = { readonly shop: Shop; readonly plan: Plan };

function readOptions(options: Options, context: CommandContext): Result<Checked, Failure> {
  const text = (name: string): string => options.text(name) ?? '';
  const url = URL.parse(text('server'));
  if (url === null || url.protocol !== 'https:') return wrong('server', 'give an https:// address');
  const amount = options.text('amount') ?? '20.00';
  if (!/^\d{1,12}(\.\d{1,5})?$/.test(amount)) return wrong('amount', `"${amount}" is no amount`);
  const msno = text('meter').replace(/[\s-]/g, '');
  if (!/^\d{11,18}$/.test(msno)) return wrong('meter', 'give the digits on the meter');
  const seconds = Number(options.text('timeout') ?? '60');
  if (!(seconds >= 1 && seconds <= 600)) return wrong('timeout', 'give 1 to 600 seconds');
  const [cert, key] = [context.readFile(text('cert')), context.readFile(text('key'))];
  const caFile = options.text('ca');
  const ca = caFile === undefined ? undefined : context.readFile(caFile);
  const unusable = faultOfCertificate({ cert, key, ca });
  if (unusable !== null) return err({ exitCode: 1, code: 'certificate', message: unusable });
  return ok({
    shop: { url, cert, key, ca, timeoutMs: seconds * 1_000 },
    plan: {
      clientId: options.text('client') ?? commonNameOf(cert),
      terminalId: options.text('terminal') ?? 'T-1',
      operator: options.text('operator') ?? 'check',
      password: context.environment['PREWATT_XMLVEND_PASSWORD'] ?? 'check',
      ...{ msno, amount, symbol: options.text('currency') ?? 'ZAR' },
      ...{ sell: options.flag('sell'), nowMs: context.nowMs() },
    },
  });
}

/** Why TLS cannot use the files; null when it can. */
function faultOfCertificate(files: Pick<Shop, 'cert' | 'key' | 'ca'>): string | null {
  try {
    createSecureContext(files);
    return null;
  } catch (error) {
    const { reason, message } = error as { reason?: string; message: string };
    return `--cert, --key and --ca are no usable certificate, key and authorities (${reason ?? message})`;
  }
}

/** Of the certificate: what many shops call themselves by. */
function commonNameOf(cert: string): string {
  try {
    return /^CN=(.+)$/m.exec(new X509Certificate(cert).subject)?.[1] ?? 'client';
  } catch {
    return 'client';
  }
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

  --ca FILE          authorities that the server's certificate is signed by
  --client ID        clientID; the certificate's common name when left out
  --terminal ID      terminalID (T-1)
  --operator NAME    opName (check); its password is taken from PREWATT_XMLVEND_PASSWORD
  --amount AMOUNT    of trial and sale (20.00)
  --currency CODE    (ZAR)
  --timeout SECONDS  for an answer (60)
  --sell             buys once or twice for the amount; without it nothing is sold
  --show             prints each request and answer, tokens and password hidden

Exit code 1 when a step failed. --json has all requests and answers, whole tokens in them.
`,
  options: {
    ...{ server: 'text', cert: 'text', key: 'text', ca: 'text', meter: 'text', client: 'text' },
    ...{ terminal: 'text', operator: 'text', amount: 'text', currency: 'text', timeout: 'text' },
    ...{ sell: 'flag', show: 'flag' },
  },
  required: ['server', 'cert', 'key', 'meter'],
  positionals: [],
  run,
};
