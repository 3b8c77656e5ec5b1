// What every command of a shop's client is told: the server, the certificate, who asks.

import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options, OptionTable } from '../command.ts';
import type { Asker } from './messages.ts';
import type { Shop } from './wire.ts';

export type XmlvendCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly required: readonly string[];
  readonly positionals: readonly string[];
  readonly run: (options: Options, context: CommandContext) => Promise<CommandResult>;
};

export const shopOptions: OptionTable = {
  ...{ server: 'text', cert: 'text', key: 'text', ca: 'text', client: 'text', terminal: 'text' },
  ...{ operator: 'text', amount: 'text', currency: 'text', timeout: 'text' },
};

export const shopHelp = `  --ca FILE          authorities that the server's certificate is signed by
  --client ID        clientID; the certificate's common name when left out
  --terminal ID      terminalID (T-1)
  --operator NAME    opName (check); its password is taken from PREWATT_XMLVEND_PASSWORD
  --amount AMOUNT    of trial and sale (20.00)
  --currency CODE    (ZAR)
  --timeout SECONDS  for an answer (60)`;

export const wrong = (option: string, text: string): Result<never, Failure> =>
  err({ exitCode: 2, code: 'option', message: `--${option}: ${text}` });

/** The digits on a meter; null where these are none. */
export function msnoOf(text: string): string | null {
  const msno = text.replace(/[\s-]/g, '');
  return /^\d{11,18}$/.test(msno) ? msno : null;
}

export function readShop(
  options: Options,
  context: CommandContext,
): Result<{ readonly shop: Shop; readonly asker: Omit<Asker, 'msno'> }, Failure> {
  const text = (name: string): string => options.text(name) ?? '';
  const url = URL.parse(text('server'));
  if (url === null || url.protocol !== 'https:') return wrong('server', 'give an https:// address');
  const amount = options.text('amount') ?? '20.00';
  if (!/^\d{1,12}(\.\d{1,5})?$/.test(amount)) return wrong('amount', `"${amount}" is no amount`);
  const seconds = Number(options.text('timeout') ?? '60');
  if (!(seconds >= 1 && seconds <= 600)) return wrong('timeout', 'give 1 to 600 seconds');
  const [cert, key] = [context.readFile(text('cert')), context.readFile(text('key'))];
  const caFile = options.text('ca');
  const ca = caFile === undefined ? undefined : context.readFile(caFile);
  const unusable = faultOfCertificate({ cert, key, ca });
  if (unusable !== null) return err({ exitCode: 1, code: 'certificate', message: unusable });
  return ok({
    shop: { url, cert, key, ca, timeoutMs: seconds * 1_000 },
    asker: {
      clientId: options.text('client') ?? commonNameOf(cert),
      terminalId: options.text('terminal') ?? 'T-1',
      operator: options.text('operator') ?? 'check',
      password: context.environment['PREWATT_XMLVEND_PASSWORD'] ?? 'check',
      ...{ amount, symbol: options.text('currency') ?? 'ZAR', nowMs: context.nowMs() },
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
