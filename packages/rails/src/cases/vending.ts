// Runs the cases of vending systems: answers of others, a purchase over time, and our own server's
// decisions.

import { exponentOf, toMinor } from '../base/amounts.ts';
import { utf8Bytes } from '../base/bytes.ts';
import { at, isObject, type Json, listAt, wordAt } from '../base/json.ts';
import {
  readElectrum,
  readPrepaidPlus,
  readStron,
  readVtpass,
  readYaka,
} from '../vending-json/index.ts';
import { readXmlvendAnswer, type SentRequest, type XmlVend } from '../xmlvend/client.ts';
import { type SaleEvent, startSale, stepSale } from '../xmlvend/sale.ts';
import {
  decideXmlvend,
  type EarlierRequest,
  type ServerAnswer,
  type ServerContext,
} from '../xmlvend/server.ts';
import { rawOf } from './input.ts';
import { answeredOf } from './rails.ts';

const jsonRails = {
  vtpass: readVtpass,
  prepaidplus: readPrepaidPlus,
  electrum: readElectrum,
  stron: readStron,
  'umeme-yaka': readYaka,
  yaka: readYaka,
} as const;

/** A `status-map` case of a JSON vending system; undefined for other rails. */
export function runJsonVend(rail: string, input: Json): unknown {
  return Object.hasOwn(jsonRails, rail)
    ? jsonRails[rail as keyof typeof jsonRails](answeredOf(input))
    : undefined;
}

/** An `xmlvend-message` case. */
export function runXmlvend(input: Json): unknown {
  if (wordAt(input, 'direction') === 'server') return server(input);
  if (at(input, 'sequence') !== undefined) return sale(listAt(input, 'sequence').map(String));
  const sent = sentOf(at(input, 'sent'));
  const status = at(input, 'httpStatus');
  const httpStatus = typeof status === 'number' ? status : null;
  const raw =
    at(input, 'xml') === undefined && at(input, 'raw') === undefined ? null : rawOf(input);
  return shown(readXmlvendAnswer(sent, { httpStatus, raw }));
}

function shown({ receipt, customer, ...said }: XmlVend): unknown {
  return {
    ...receipt,
    ...said,
    customer: customer?.name ?? null,
    account: customer?.account ?? null,
  };
}

function sentOf(json: Json | undefined): SentRequest {
  const original = at(json, 'original');
  return {
    operation: wordAt(json, 'operation') ?? '',
    msgID: {
      dateTime: wordAt(json, 'msgID', 'dateTime') ?? '',
      uniqueNumber: wordAt(json, 'msgID', 'uniqueNumber') ?? '',
    },
    msno: wordAt(json, 'msno'),
    amount: wordAt(json, 'amount'),
    currency: wordAt(json, 'currency'),
    original: isObject(original) ? sentOf(original) : null,
  };
}

/** "creditVend 4003: time-out", "(late) creditVendResp for 4003 with token B …". */
function sale(lines: readonly string[]): unknown {
  const events = lines.map(eventOf);
  if (events.includes(null)) return { error: 'a line that is not understood' };
  const end = events.reduce(
    (state, event) => (event === null ? state : stepSale(state, event)),
    startSale,
  );
  return { ...end, outcome: outcomeOf(end.state) };
}

const outcomeOf = (state: string) => (state === 'unclear' || state === 'open' ? 'unknown' : state);

function eventOf(line: string): SaleEvent | null {
  const number = /\b(\d{1,9})\b/.exec(line)?.[1];
  if (number === undefined) return null;
  const kind = /^(\(late\) )?advice/i.test(line) ? 'advice' : 'vend';
  const token = /\btokens? (\w+)/i.exec(line)?.[1];
  const said = ((): SaleEvent['said'] => {
    if (token !== undefined) return { is: 'token', token };
    if (/LastResponseEx/.test(line) && !/Indetermin/.test(line)) return { is: 'not-processed' };
    if (/time-?out|no answer/i.test(line)) return { is: 'time-out' };
    return /UnknownMeterEx|BlockedMeterEx|VendorCreditEx|refused/.test(line)
      ? { is: 'refused' }
      : { is: 'unclear' };
  })();
  return { kind, number, said, late: /\blate\b/i.test(line) };
}

/** Our server over a sequence, or over requests at the same moment (which wait for the first). */
function server(input: Json): unknown {
  const [sequence, concurrent] = [listAt(input, 'sequence'), listAt(input, 'concurrent')];
  const stored = new Map<string, EarlierRequest>();
  const context = contextOf(at(input, 'context'), stored);
  const tokens = new Map<string, number>();
  let spentMinor = 0n;
  const answers = [...sequence, ...concurrent].map(String).map((xml) => {
    const creditMinor = context.creditMinor === null ? null : context.creditMinor - spentMinor;
    const { request, answer } = decideXmlvend(utf8Bytes(xml), { ...context, creditMinor });
    if (request !== null && answer.kind === 'sell' && !answer.trial) {
      tokens.set(keyOf(request), tokens.size + 1);
      spentMinor += answer.amountMinor;
    }
    const remembered = request !== null && ['sell', 'fault', 'confirm'].includes(answer.kind);
    if (remembered && request.operation !== 'advice' && !stored.has(keyOf(request))) {
      stored.set(keyOf(request), { fingerprint: request.fingerprint, answer });
    }
    return { answer, name: nameOf(answer, request?.operation ?? '') };
  });
  const faults = answers.flatMap(({ answer }) => {
    const inner = answer.kind === 'stored' ? answer.answer : answer;
    return inner.kind === 'fault' ? [inner] : [];
  });
  return {
    answers: answers.map(({ name }) => name),
    vends: tokens.size,
    faultType: faults[0]?.faultType ?? null,
    sameToken: answers.length > 1 && tokens.size === 1 && faults.length === 0,
  };
}

const keyOf = (o: {
  clientId: string;
  terminalId: string;
  msgId: { dateTime: string; uniqueNumber: string };
}) => [o.clientId, o.terminalId, o.msgId.dateTime, o.msgId.uniqueNumber].join('|');

function contextOf(
  json: Json | undefined,
  stored: ReadonlyMap<string, EarlierRequest>,
): ServerContext {
  const currency = wordAt(json, 'currency') ?? '';
  const minor = (name: string) => toMinor(wordAt(json, name), exponentOf(currency));
  return {
    certificateEan: wordAt(json, 'certificateEan'),
    currency,
    minMinor: minor('min'),
    maxMinor: minor('max'),
    creditMinor: minor('vendorCredit') ?? 0n,
    meterOf: (msno) => {
      const meter = at(json, 'meters', msno);
      if (!isObject(meter)) return null;
      return {
        blocked: at(meter, 'blocked') === true,
        sgc: wordAt(meter, 'sgc'),
        krn: wordAt(meter, 'krn'),
        ti: wordAt(meter, 'ti'),
      };
    },
    earlier: (message) => stored.get(keyOf(message)) ?? null,
  };
}

function nameOf(answer: ServerAnswer, operation: string): string {
  switch (answer.kind) {
    case 'fault':
      return 'fault';
    case 'sell':
      return answer.trial ? 'trialCreditVendResp' : 'creditVendResp';
    case 'confirm':
      return `${operation}Resp`;
    case 'offered':
      return answer.element.replace(/Req$/, 'Resp');
    case 'confirmed':
      return 'adviceResp';
    case 'stored':
      if (answer.byAdvice) return answer.answer.kind === 'fault' ? 'fault' : 'adviceResp';
      return nameOf(answer.answer, operation);
  }
}
