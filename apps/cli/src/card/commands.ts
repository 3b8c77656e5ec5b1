// What `prewatt card` does: a card made, shown, loaded with tokens, and put into a virtual meter.

import {
  type CardHeader,
  type CardKey,
  type CardKind,
  cardKinds,
  cardPurpose,
  collectedReports,
  isCardNumber,
  maximumTokens,
  newCard,
  readHeader,
  readPurchase,
  readReport,
  withCheckDigit,
  writePurchase,
} from '@prewatt/card';
import { checkMeterPan, decoderKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import {
  type CommandContext,
  type CommandLine,
  type CommandResult,
  type Options,
  refused,
} from '../command.ts';
import { cardText, readCardFile } from './card-file.ts';

export type CardCommand = CommandLine & {
  readonly run: (
    options: Options,
    context: CommandContext,
  ) => CommandResult | string | Promise<CommandResult | string>;
};

const words: Readonly<Record<string, string>> = {
  size: 'it does not hold 256 bytes',
  noCard: 'it holds no card of Prewatt',
  checkCard: 'it is a check card: it carries reports and no purchase',
  empty: 'nothing is on it',
  otherMeter: 'it was loaded for another meter',
  unproved: 'it was changed, or loaded with another key of this meter',
};

const isImage = (found: Uint8Array | CommandResult): found is Uint8Array =>
  found instanceof Uint8Array;

export function createCard(options: Options, context: CommandContext): CommandResult | string {
  const [path = ''] = options.positionals;
  const kind = options.text('kind') ?? 'user';
  const number = (options.text('number') ?? '').replace(/\s/g, '');
  if (!(cardKinds as readonly string[]).includes(kind)) {
    return `--kind is one of ${cardKinds.join(', ')}`;
  }
  if (!/^\d{15,16}$/.test(number)) return '--number has 15 digits, or 16 with its check digit';
  const cardNumber = number.length === 15 ? withCheckDigit(number) : number;
  if (!isCardNumber(cardNumber)) return '--number: the check digit (the last one) is wrong';
  const image = newCard({ kind: kind as CardKind, cardNumber });
  try {
    context.writeSecretFile(path, cardText(image));
  } catch {
    return refused('cardFile', `cannot create ${path}`, 'It must not exist yet; its folder must.');
  }
  const lines = [`${kind} card ${cardNumber}, written to ${path}`];
  return { ok: true, value: { lines, json: { kind, cardNumber, file: path } } };
}

export function loadCard(options: Options, context: CommandContext): CommandResult | string {
  const [path = '', meterPan = ''] = options.positionals;
  const tokens = (options.text('tokens') ?? '').split(',').map((text) => text.replace(/\D/g, ''));
  if (!checkMeterPan(meterPan).ok) return 'METER is the meter’s number, 18 digits';
  if (tokens.length > maximumTokens || tokens.some((digits) => digits.length !== 20)) {
    return `--tokens takes one to ${maximumTokens} tokens of 20 digits, with commas`;
  }
  const image = readCardFile(context, path);
  if (!isImage(image)) return image;
  const key = keyFrom(options, context);
  if (!(key instanceof Uint8Array)) return key;
  const before = readPurchase(image, { meterPan, key });
  if (!before.ok && before.error !== 'empty') {
    return refused(before.error, `${path}: ${words[before.error]}`);
  }
  const report = readReport(image, key);
  const loaded = report.ok ? report.value.count : 0;
  if (before.ok && before.value.count > loaded && !options.flag('replace')) {
    const waiting = `${path}: the meter has not had purchase ${before.value.count} yet`;
    return refused('notLoaded', waiting, 'Put the card into the meter first, or add --replace.');
  }
  const count = before.ok ? before.value.count + 1 : 1;
  const written = writePurchase(image, { count, meterPan, tokens }, key);
  context.replaceFile(path, cardText(written), {});
  const lines = [`${path}: purchase ${count} for meter ${meterPan}, tokens: ${tokens.length}`];
  return { ok: true, value: { lines, json: { count, meterPan, tokens: tokens.length } } };
}

/** The key of the meter's cards, from its decoder key; without `--decoder-key-file` a refusal. */
function keyFrom(options: Options, context: CommandContext): CardKey | CommandResult {
  const path = options.text('decoder-key-file') ?? '';
  let digits: string;
  try {
    digits = (path === '-' ? context.readStandardInput() : context.readFile(path)).trim();
  } catch {
    return refused('keyFile', `cannot read ${path}`, 'prewatt sts key --out FILE makes one.');
  }
  const key = decoderKeyFromBytes(Uint8Array.from(Buffer.from(digits, 'hex')));
  if (!/^[0-9A-Fa-f]+$/.test(digits) || !key.ok) {
    return refused('keyDigits', 'a decoder key has 16 hexadecimal digits (EA07) or 32 (EA11)');
  }
  return purposeKey(key.value, cardPurpose);
}

export function showCard(options: Options, context: CommandContext): CommandResult | string {
  const [path = ''] = options.positionals;
  const meterPan = options.text('meter');
  const hasKey = options.text('decoder-key-file') !== undefined;
  if (hasKey !== (meterPan !== undefined)) return '--meter and --decoder-key-file go together';
  const image = readCardFile(context, path);
  if (!isImage(image)) return image;
  const header = readHeader(image);
  if (!header.ok) return refused(header.error, `${path}: ${words[header.error]}`);
  const { kind, cardNumber } = header.value;
  if (kind === 'check') return showCheckCard(image, header.value, { options, context });
  const lines = [`${kind} card ${cardNumber}`];
  if (meterPan === undefined) {
    lines.push('Add --meter and --decoder-key-file to see what is on it, proved.');
    return { ok: true, value: { lines, json: { kind, cardNumber } } };
  }
  const key = keyFrom(options, context);
  if (!(key instanceof Uint8Array)) return key;
  const purchase = readPurchase(image, { meterPan, key });
  const report = readReport(image, key);
  lines.push(
    purchase.ok
      ? `purchase ${purchase.value.count}, tokens: ${purchase.value.tokens.length}`
      : `purchase: ${words[purchase.error]}`,
    ...(report.ok ? reportLines(report.value) : [`report: ${words[report.error]}`]),
  );
  const json = {
    ...{ kind, cardNumber },
    purchase: purchase.ok ? { ...purchase.value, tokens: purchase.value.tokens.length } : null,
    report: report.ok ? report.value : null,
  };
  return { ok: true, value: { lines, json } };
}

/** The reports of many meters: that of the meter whose key is given is proved and shown. */
function showCheckCard(
  image: Uint8Array,
  { kind, cardNumber }: CardHeader,
  { options, context }: { readonly options: Options; readonly context: CommandContext },
): CommandResult {
  const meterPan = options.text('meter');
  const key = meterPan === undefined ? null : keyFrom(options, context);
  if (key !== null && !(key instanceof Uint8Array)) return key;
  const found = collectedReports(image, (pan) => (pan === meterPan ? key : null));
  if (!found.ok) return refused(found.error, `a card: ${words[found.error]}`);
  const lines = found.value.flatMap((each) => {
    if (each.report !== null) return [`meter ${each.meterPan}:`, ...reportLines(each.report)];
    const why = each.meterPan === meterPan ? words['unproved'] : 'its key is needed to see it';
    return [`meter ${each.meterPan}: ${why}`];
  });
  return {
    ok: true,
    value: {
      lines: [`${kind} card ${cardNumber}`, ...(lines.length > 0 ? lines : ['no report is on it'])],
      json: { kind, cardNumber, reports: found.value },
    },
  };
}

type Report = Extract<ReturnType<typeof readReport>, { ok: true }>['value'];

function reportLines(report: Report): readonly string[] {
  const unit = report.flags.includes('moneyCredit') ? 'minor units' : 'Wh';
  const answered = report.count === 0 ? 'no purchase' : `purchase ${report.count}`;
  return [
    `report ${report.sequence} on ${answered}: ${report.outcomes.join(', ') || 'no token'}`,
    `  at ${new Date(report.atMs).toISOString()} by the meter's clock`,
    `  credit ${report.available} ${unit}, imported ${report.importEnergyWh} Wh`,
    `  state: ${report.flags.join(', ') || 'nothing special'}`,
  ];
}

/** As a hand does: the meter's page takes the card and gives it back. */
export async function putCard(
  options: Options,
  context: CommandContext,
): Promise<CommandResult | string> {
  const [path = '', meterPan = ''] = options.positionals;
  const page = options.text('meter-page') ?? '';
  if (!URL.canParse(page)) return '--meter-page is the address of the meters’ pages';
  const image = readCardFile(context, path);
  if (!isImage(image)) return image;
  const url = new URL(`/meters/${encodeURIComponent(meterPan)}/card`, page);
  let answer: Response;
  try {
    answer = await context.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card: Buffer.from(image).toString('hex') }),
    });
  } catch {
    return refused('noMeter', `${url.host} does not answer`, 'Is the virtual meter running?');
  }
  const json = (await answer.json()) as {
    readonly detail?: string;
    readonly text?: string;
    readonly card?: string | null;
  };
  if (!answer.ok) return refused('refused', json.detail ?? `the meter answered ${answer.status}`);
  const { text = '', card = null } = json;
  if (card === null) return refused('cardRefused', text);
  context.replaceFile(path, cardText(Uint8Array.from(Buffer.from(card, 'hex'))), {});
  return { ok: true, value: { lines: [text], json: { text } } };
}
