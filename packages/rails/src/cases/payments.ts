// Runs the cases of payment rails: single notifications, sequences, answers to our own calls.

import { exponentOf, toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, listAt, wordAt } from '../base/json.ts';
import { judge, type StoredOrder, type Surroundings, type Verdict } from '../contract/judge.ts';
import { type Notice, notice } from '../contract/notice.ts';
import { startSequence, stepSequence } from '../contract/sequence.ts';
import { confirmationReply, validateC2b } from '../mpesa/index.ts';
import { orderOf, rawOf, surroundingsOf } from './input.ts';
import { answeredOf, answers, callbacks, forged } from './rails.ts';

/** A `callback` case of a payment rail. */
export function runCallback(rail: string, input: Json): unknown {
  if (wordAt(input, 'channel') === 'c2b-validation') return validation(input);
  const read = callbacks[rail];
  if (read === undefined) return { error: `no rail ${rail}` };
  const around = surroundingsOf(input);
  if (at(input, 'sequence') !== undefined) return sequence(rail, input, around);
  if (at(input, 'verified') === false) return shown(judge(forged, null, around));
  const said = read(input, input);
  if (!said.ok) return { ...unreadable, reply: 200 };
  const results = at(input, 'body', 'Result') !== undefined && at(input, 'order') === undefined;
  if (results) return answered(said.value);
  const verdicts = said.value.map((each) => {
    const order = matching(each, orderFor(each, input), input);
    return { ...shown(judge(each, order, around)), reversed: each.outcome === 'reversed' };
  });
  const [first] = verdicts;
  const c2b = at(input, 'body', 'TransID') !== undefined;
  return { ...first, payments: verdicts, reply: c2b ? confirmationReply : 200 };
}

/** A result of our own question or order: it was asked for, and finds its order by that. */
function answered([said]: readonly Notice[]): unknown {
  const proven = said?.kind === 'payment' && said.outcome === 'paid';
  return {
    ...said,
    reversed: said?.outcome === 'reversed',
    vend: proven ? 'now' : 'no',
    reply: 200,
  };
}

const unreadable = { outcome: 'unknown', vend: 'no', flags: ['needs-operator'] };

const shown = (verdict: Verdict) => ({ ...verdict });

function validation(input: Json): unknown {
  const { meterOf } = surroundingsOf({ knownMeters: [], ...(input as object) });
  const minor = (name: string) =>
    toMinor(wordAt(input, name) ?? wordAt(input, 'limits', name), exponentOf('KES'));
  const order = wordAt(input, 'order', 'ourRef');
  const reply = validateC2b(rawOf(input), {
    isAccount: (text) => meterOf(text) !== null || (order !== null && text === order),
    minMinor: minor('min'),
    maxMinor: minor('max'),
    shortcode: wordAt(input, 'shortcode') ?? wordAt(input, 'ourShortcode'),
  });
  return { reply, vend: 'no' };
}

function sequence(rail: string, input: Json, around: Surroundings): unknown {
  const [firstOrder] = [at(input, 'order')];
  let state = startSequence(orderOf(firstOrder));
  let last: Verdict | null = null;
  const messages = listAt(input, 'sequence');
  const lastAsked = messages.findLastIndex((message) => wordAt(message, 'call') !== null);
  for (const [index, message] of messages.entries()) {
    for (const said of saidBy(rail, message, input)) {
      const step = stepSequence(state, said, around);
      // A hint makes us ask, and where the answer follows, the answer is what counts.
      if (step.verdict.vend === 'after-requery' && index < lastAsked) continue;
      state = step.state;
      last = step.verdict;
    }
  }
  return { ...last, outcome: state.outcome, vends: state.vends, flags: state.flags };
}

/** A message of a sequence: a notification, or the answer to a question in between. */
function saidBy(rail: string, message: Json, input: Json): readonly Notice[] {
  const call = wordAt(message, 'call');
  const ask = answers[rail];
  if (call !== null && ask !== undefined) return [ask(answeredOf(message))];
  if (at(message, 'verified') === false) return [forged];
  const said = callbacks[rail]?.(message, input);
  return said?.ok === true ? said.value : [notice({ outcome: 'unknown', retry: 'poll' })];
}

/** The order of a notice, where a case stored several by the provider's request reference. */
function orderFor(said: Notice, input: Json): Json | undefined {
  const orders = at(input, 'orders');
  if (!isObject(orders)) return at(input, 'order');
  return said.requestRef === null ? undefined : at(orders, said.requestRef);
}

/** The stored order when the provider's own reference agrees, where we stored one. */
function matching(said: Notice, order: Json | undefined, input: Json): StoredOrder | null {
  const stored =
    wordAt(order, 'CheckoutRequestID') ?? wordAt(order, 'order_id') ?? wordAt(order, 'orderId');
  const compared = stored !== null && said.requestRef !== null && at(input, 'orders') === undefined;
  return compared && stored !== said.requestRef ? null : orderOf(order);
}

/** A `status-map` case of a payment rail. */
export function runAnswer(rail: string, input: Json): unknown {
  const ask = answers[rail];
  if (ask === undefined) return { error: `no rail ${rail}` };
  if (/pull/.test(wordAt(input, 'call') ?? '')) {
    const pulled = callbacks[rail]?.({ ...(input as object), channel: 'pull' }, input);
    if (pulled?.ok === true) return { payments: pulled.value };
  }
  const said = ask(answeredOf(input));
  const order = orderOf(at(input, 'order'));
  if (order === null) return { ...said, vend: 'no' };
  const verdict = judge(said, order, surroundingsOf(input));
  return { ...said, ...verdict };
}
