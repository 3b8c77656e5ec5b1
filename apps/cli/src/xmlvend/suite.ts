// The steps of the check, in their order: each asks one thing of a server and says whether the
// answer is what the standard, or a client that must not sell twice, needs. It stops at the first
// step without which the others say nothing.

import type { XmlVend } from '@prewatt/rails';
import { requestText } from '@prewatt/rails/xmlvend-written';
import { type Asked, type Asker, createMessages, readAnswer, sentOf } from './messages.ts';
import type { Heard } from './wire.ts';

export type Plan = Asker & { readonly sell: boolean };

export type Exchange = { readonly request: string; readonly answer: Heard };

export type Step = {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** What came, or what is wrong with it. */
  readonly said: string;
  readonly exchanges: readonly Exchange[];
};

export type Wire = {
  readonly post: (xml: string, o: { readonly hangUp: boolean }) => Promise<Heard>;
  readonly sleep: (ms: number) => Promise<void>;
};

/** What a step makes of its answers: null is fine, words are a fault. */
type Verdict = { readonly fault: string | null; readonly said: string };

const passed = (said: string): Verdict => ({ fault: null, said });
const failed = (fault: string): Verdict => ({ fault, said: fault });

export async function runSuite(plan: Plan, wire: Wire): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const suite = createAsking(plan, wire);
  const step = async (name: string, work: () => Promise<Verdict>): Promise<boolean> => {
    const { fault, said } = await work();
    const verdict = fault === null ? 'passed' : 'failed';
    steps.push({ name, verdict, said, exchanges: suite.taken() });
    return fault === null;
  };
  if (!(await step('the customer is confirmed', () => confirms(suite)))) return steps;
  await step('a trial reckons and gives no token', () => tries(suite));
  await step('a mistyped meter number is refused', () => refusesMistyped(suite));
  await step('a message without its id is a schema fault', () => refusesNoId(suite));
  await step('a DOCTYPE is refused', () => refusesDoctype(suite));
  await step('another client’s name is refused', () => refusesForeign(suite));
  await step('advice about a message that never came is LastResponseEx', () => neverCame(suite));
  await step('a deposit without an amount is refused', () => refusesEmptyDeposit(suite));
  await step('a statement is given, or is no use case', () => givesStatement(suite));
  if (plan.sell) {
    await step('a sale: once, however often it is repeated', () => sellsOnce(suite));
    await step('a sale whose answer is not heard is found by advice', () => findsLost(suite));
    return steps;
  }
  const said = 'give --sell to buy for the amount';
  for (const name of ['a sale, repeated', 'a sale whose answer is not heard']) {
    steps.push({ name, verdict: 'skipped', said, exchanges: [] });
  }
  return steps;
}

type Asking = ReturnType<typeof createAsking>;

function createAsking(plan: Plan, wire: Wire) {
  let exchanges: Exchange[] = [];
  const make = createMessages(plan);

  const post = async (xml: string, hangUp = false): Promise<Heard> => {
    const answer = await wire.post(xml, { hangUp });
    exchanges.push({ request: xml, answer });
    return answer;
  };
  const send = async (asked: Asked): Promise<XmlVend> =>
    readAnswer(asked.sent, await post(requestText('1.1', asked)));

  return {
    ...{ plan, make, post, send, sleep: wire.sleep },
    hangUp: (asked: Asked) => post(requestText('1.1', asked), true),
    /** Advice about a request, with an id of its own. */
    advise: (of: Asked): Promise<XmlVend> => {
      const advice = { type: 'LastRespAdviceReq', original: of.msgId };
      const asked = make('adviceReq', { advice, msno: null, amount: null });
      return send({ ...asked, sent: sentOf(asked, of.sent) });
    },
    /** What went over the wire since it was asked last. */
    taken: (): readonly Exchange[] => {
      const all = exchanges;
      exchanges = [];
      return all;
    },
  };
}

/** In words, for a step that failed. */
const wordsOf = (said: XmlVend): string =>
  said.faultType === null
    ? `${said.outcome}${said.flags.length > 0 ? ` (${said.flags.join(', ')})` : ''}`
    : `${said.faultType}: ${said.desc ?? 'without words'}`;

const nothingCame = (heard: Heard): string | null =>
  heard.kind === 'nothing' ? `no answer: ${heard.why}` : null;

async function confirms({ make, send, plan }: Asking): Promise<Verdict> {
  const said = await send(make('confirmCustomerReq', { amount: null }));
  const [found] = said.confirmed;
  if (said.outcome !== 'trial-ok' || found === undefined) {
    return failed(`expected a confirmation of ${plan.msno}, got ${wordsOf(said)}`);
  }
  const limits = `${found.minVendAmt ?? '?'} to ${found.maxVendAmt ?? '?'}`;
  return passed(
    `${found.name ?? 'no name'}, ${found.canVend ? 'may buy' : 'may not buy'}, ${limits}`,
  );
}

async function tries({ make, send }: Asking): Promise<Verdict> {
  const said = await send(make('trialCreditVendReq'));
  const { receipt } = said;
  if (said.outcome !== 'trial-ok' || receipt === null) {
    return failed(`expected a trial, got ${wordsOf(said)}`);
  }
  if (!receipt.balanced) return failed('the trial does not add up to what would be paid');
  return passed(`${receipt.units ?? '?'} ${receipt.unit ?? 'kWh'}, net ${receipt.net ?? '?'}`);
}

/** The last digit of a meter number is its check digit. */
const mistyped = (msno: string): string =>
  msno.slice(0, -1) + String((Number(msno.at(-1) ?? '0') + 1) % 10);

async function refusesMistyped({ make, send, plan }: Asking): Promise<Verdict> {
  const said = await send(make('creditVendReq', { msno: mistyped(plan.msno) }));
  if (said.outcome === 'refused') return passed(wordsOf(said));
  return failed(`expected a business fault, got ${wordsOf(said)}`);
}

async function refusesNoId({ make, post }: Asking): Promise<Verdict> {
  const whole = requestText('1.1', make('confirmCustomerReq', { amount: null }));
  const heard = await post(whole.replace(/<b:msgID[^>]*\/>/, ''));
  return isFault(heard, /XMLVendSchemaEx/, 'XMLVendSchemaEx');
}

async function refusesDoctype({ make, post }: Asking): Promise<Verdict> {
  const whole = requestText('1.1', make('confirmCustomerReq', { amount: null }));
  const laden = '<!DOCTYPE a [<!ENTITY b "c">]>';
  const heard = await post(whole.replace('?>', `?>${laden}`));
  return isFault(heard, /Fault/, 'a fault');
}

async function refusesForeign({ make, send, plan }: Asking): Promise<Verdict> {
  const clientId = plan.clientId === '6009999999990' ? '6009999999983' : '6009999999990';
  const said = await send(make('confirmCustomerReq', { clientId, amount: null }));
  if (/^ClientID/.test(said.faultType ?? '')) return passed(wordsOf(said));
  return failed(`expected ClientIDSSLEx for ${clientId}, got ${wordsOf(said)}`);
}

function isFault(heard: Heard, pattern: RegExp, name: string): Verdict {
  const nothing = nothingCame(heard);
  if (nothing !== null || heard.kind === 'nothing') return failed(nothing ?? '');
  if (heard.status >= 400 && pattern.test(heard.text))
    return passed(`HTTP ${heard.status}, ${name}`);
  return failed(`expected ${name}, got HTTP ${heard.status}`);
}

async function neverCame({ make, advise }: Asking): Promise<Verdict> {
  const said = await advise(make('creditVendReq'));
  if (said.outcome === 'not-processed') return passed(wordsOf(said));
  return failed(`expected LastResponseEx, got ${wordsOf(said)}`);
}

async function refusesEmptyDeposit({ make, send }: Asking): Promise<Verdict> {
  const said = await send(make('depositReq', { msno: null, amount: null }));
  if (said.outcome === 'refused') return passed(wordsOf(said));
  return failed(`expected a fault, got ${wordsOf(said)}`);
}

async function givesStatement({ make, post }: Asking): Promise<Verdict> {
  const asked = make('vendorStatementReq', { msno: null, amount: null });
  const heard = await post(requestText('1.1', asked));
  const text = heard.kind === 'answer' && heard.status === 200 ? heard.text : '';
  const balance = /accBal\b[^>]*\bvalue="([^"]*)"/.exec(text)?.[1];
  if (balance !== undefined) return passed(`balance ${balance}`);
  return isFault(heard, /UseCaseSupportEx/, 'a statement with accBal, or UseCaseSupportEx');
}

const tokensOf = (said: XmlVend): string => (said.receipt?.tokens ?? []).join(' ');
const lastDigits = (tokens: string): string =>
  tokens === '' ? 'no token' : `…${tokens.slice(-4)}`;

async function sellsOnce({ make, send, advise }: Asking): Promise<Verdict> {
  const sale = make('creditVendReq');
  const first = await send(sale);
  if (first.outcome !== 'vended') return failed(`expected a token, got ${wordsOf(first)}`);
  if (first.flags.length > 0) return failed(`the receipt has faults: ${first.flags.join(', ')}`);
  const again = await send(sale);
  const isTold = again.faultType === 'DuplicateMsgIDEx';
  if (!isTold && tokensOf(again) !== tokensOf(first)) {
    return failed(`the same message again gave ${lastDigits(tokensOf(again))}: ${wordsOf(again)}`);
  }
  const last = await advise(sale);
  if (tokensOf(last) !== tokensOf(first)) {
    return failed(`advice gave ${lastDigits(tokensOf(last))}: ${wordsOf(last)}`);
  }
  const { receipt } = first;
  return passed(
    `token ${lastDigits(tokensOf(first))}, ${receipt?.units ?? '?'} ${receipt?.unit ?? ''}, ` +
      (isTold ? 'a repeat is DuplicateMsgIDEx' : 'a repeat gives the same'),
  );
}

const asksOfAdvice = 10;

/** Between asks for what is not yet known, longer each time. */
const pauseMs = (turn: number): number => Math.min(500 * 2 ** turn, 10_000);

async function findsLost({ make, send, hangUp, advise, sleep }: Asking): Promise<Verdict> {
  const sale = make('creditVendReq');
  await hangUp(sale);
  for (let turn = 0; turn < asksOfAdvice; turn += 1) {
    const last = await advise(sale);
    if (last.outcome === 'vended') {
      const late = await send(sale);
      const tokens = tokensOf(late);
      if (tokens !== '' && tokens !== tokensOf(last)) {
        return failed(
          `advice gave ${lastDigits(tokensOf(last))}, the message ${lastDigits(tokens)}`,
        );
      }
      return passed(`token ${lastDigits(tokensOf(last))}, by advice ${turn + 1}`);
    }
    if (last.outcome === 'not-processed') {
      // Now it must never be: a client takes this for leave to sell again.
      const late = await send(sale);
      return late.outcome === 'vended'
        ? failed('the server said LastResponseEx and then sold the same message')
        : passed(`not processed, and not afterwards either: ${wordsOf(late)}`);
    }
    await sleep(pauseMs(turn));
  }
  return failed(`after ${asksOfAdvice} asks it is still not known what was sold`);
}
