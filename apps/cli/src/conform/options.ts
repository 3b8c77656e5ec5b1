// The line of `prewatt conform` as a plan: which device, how it is spoken to, by which key tokens
// are made, who does what is done from outside, where the report goes.

import { type HeldKey, scenarios, type Target, targets } from '@prewatt/conform';
import { err, ok, type Result } from '@prewatt/quantities';
import { tidFromInstant } from '@prewatt/sts/issue';
import { checkMeterPan } from '@prewatt/sts/keys';
import type { CommandContext, Options, OptionTable } from '../command.ts';
import { decoderKeyFrom } from '../sts/key-source.ts';

export const conformOptions: OptionTable = {
  ...{ target: 'text', meter: 'text', 'decoder-key-file': 'text', sgc: 'text', ti: 'text' },
  ...{ krn: 'text', kt: 'text', ken: 'text', 'base-date': 'text', 'first-tid': 'text' },
  ...{ zone: 'text', control: 'text', only: 'text', out: 'text', device: 'text', answer: 'text' },
  ...{ listen: 'text', 'secret-file': 'text', cert: 'text', key: 'text', ca: 'text' },
  ...{ broker: 'text', host: 'text', port: 'text', framing: 'text', security: 'text' },
  ...{ suite: 'text' },
  ...{ keys: 'text', client: 'text', 'logical-device': 'text', 'client-title': 'text' },
  ...{ serial: 'text', address: 'text', baud: 'text', edition: 'text' },
  ...{ 'switch-file': 'text' },
  ...{ list: 'flag', unattended: 'flag', tls: 'flag' },
};

/** What is wrong with the line, or with a file of it. */
export type Wrong = { readonly exitCode: 1 | 2; readonly message: string };
const wrong = (message: string): Result<never, Wrong> => err({ exitCode: 2, message });

export type Plan = {
  readonly target: Target;
  /** 18 digits; empty where the target needs none. */
  readonly meterPan: string;
  readonly device: string;
  readonly key: HeldKey;
  readonly baseDate: 93 | 14 | 35;
  readonly firstTid: number;
  readonly zone: string;
  readonly control: URL | null;
  readonly asksPerson: boolean;
  readonly only: readonly string[];
  /** Without its ending; null: no files. */
  readonly out: string | null;
  readonly answerMs: number;
};

export function planOf(options: Options, context: CommandContext): Result<Plan, Wrong> {
  const target = targets.find((each) => each === options.text('target'));
  if (target === undefined) return wrong(`--target is ${targets.join(', ')}`);
  const meterPan = options.text('meter') ?? '';
  if (meterPan === '' && (target === 'mqtt' || target === 'gateway')) {
    return wrong('--meter NUMBER is missing: by MQTT a meter comes with its number');
  }
  if (meterPan !== '' && !checkMeterPan(meterPan).ok) {
    return wrong(`--meter: ${meterPan} is no meter number of 18 digits`);
  }
  const key = keyOf(options, context);
  if (!key.ok) return key;
  const tid = firstTidOf(options, context, key.value.baseDate);
  if (!tid.ok) return tid;
  const control = controlOf(options.text('control'));
  if (!control.ok) return control;
  const only = (options.text('only') ?? '').split(',').filter((each) => each !== '');
  const unknown = only.find((each) => !scenarios.some(({ id }) => id === each));
  if (unknown !== undefined) return wrong(`no scenario "${unknown}": --list shows all`);
  const zone = options.text('zone') ?? 'UTC';
  if (!isZone(zone)) return wrong(`--zone: ${zone} is no time zone`);
  const answerS = numberOf(options, 'answer', { least: 1, most: 120, otherwise: 10 });
  if (answerS === null) return wrong('--answer is seconds from 1 to 120');
  return ok({
    ...{ target, meterPan, key: key.value.key, baseDate: key.value.baseDate },
    device: options.text('device') ?? (meterPan === '' ? target : meterPan),
    ...{ firstTid: tid.value, zone, control: control.value, only },
    asksPerson: !options.flag('unattended'),
    out: options.text('out') ?? null,
    answerMs: answerS * 1_000,
  });
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function controlOf(text: string | undefined): Result<URL | null, Wrong> {
  if (text === undefined) return ok(null);
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol)
    ? ok(url)
    : wrong(`--control: ${text} is no http address`);
}

export type NumberRange = { readonly least: number; readonly most: number };

/** A whole number of an option; null: it is none, or out of range. */
export function numberOf(
  options: Options,
  name: string,
  { least, most, otherwise }: NumberRange & { readonly otherwise: number },
): number | null {
  const text = options.text(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** The key that the device holds: a decoder key alone, so that no vending key is needed. */
function keyOf(
  options: Options,
  context: CommandContext,
): Result<{ readonly key: HeldKey; readonly baseDate: 93 | 14 | 35 }, Wrong> {
  const decoderOnly: Options = {
    text: (name) => (name === 'decoder-key-file' ? options.text(name) : undefined),
    flag: () => false,
    positionals: [],
  };
  const { PREWATT_VENDING_KEY: _, ...environment } = context.environment;
  const decoder = decoderKeyFrom(decoderOnly, { ...context, environment });
  if (!decoder.ok) return err({ exitCode: decoder.error.exitCode, message: decoder.error.message });
  if (decoder.value === null) {
    return wrong('--decoder-key-file FILE is missing: the key that the device holds');
  }
  const keyRevision = numberOf(options, 'krn', { least: 1, most: 9, otherwise: 1 });
  const keyType = numberOf(options, 'kt', { least: 0, most: 3, otherwise: 2 });
  const keyExpiry = numberOf(options, 'ken', { least: 0, most: 255, otherwise: 255 });
  const baseDate = ([93, 14, 35] as const).find(
    (each) => String(each) === (options.text('base-date') ?? '14'),
  );
  const supplyGroupCode = options.text('sgc') ?? '000000';
  const tariffIndex = options.text('ti') ?? '01';
  if (keyRevision === null || keyType === null || keyExpiry === null || baseDate === undefined) {
    return wrong('--krn is 1 to 9, --kt 0 to 3, --ken 0 to 255, --base-date 93, 14 or 35');
  }
  if (!/^\d{6}$/.test(supplyGroupCode) || !/^\d{2}$/.test(tariffIndex)) {
    return wrong('--sgc has 6 digits, --ti 2');
  }
  const rest = { keyRevision, keyType: keyType as 0 | 1 | 2 | 3, keyExpiry };
  return ok({
    key: { decoderKey: decoder.value.key, supplyGroupCode, tariffIndex, ...rest },
    baseDate,
  });
}

function firstTidOf(
  options: Options,
  context: CommandContext,
  baseDate: 93 | 14 | 35,
): Result<number, Wrong> {
  const now = tidFromInstant(context.nowMs(), baseDate);
  const otherwise = now.ok ? now.value : 1;
  const tid = numberOf(options, 'first-tid', { least: 1, most: 0xff_ff00, otherwise });
  return tid === null ? wrong('--first-tid is a token identifier, in minutes') : ok(tid);
}
