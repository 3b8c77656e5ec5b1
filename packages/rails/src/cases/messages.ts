// Runs the cases of message gateways: reports, texts in, USSD dialogues.

import { at, type Json, listAt, wordAt } from '../base/json.ts';
import {
  readAtInbound,
  readAtReport,
  readAtSent,
  readAtUssd,
  readAtUssdEnd,
} from '../messaging/africas-talking.ts';
import { type DeliveryReport, strongestReport } from '../messaging/delivery.ts';
import { kannelReport, readGatewayReport } from '../messaging/http-gateway.ts';
import { readTwilioInbound, readTwilioReport } from '../messaging/twilio.ts';
import { readWhatsapp, whatsappChallenge } from '../messaging/whatsapp.ts';
import {
  englishUssd,
  stepUssd,
  type UssdReply,
  type UssdScreen,
  type UssdState,
} from '../ussd/index.ts';
import { formOf, rawOf } from './input.ts';

/** A `callback` case of a message gateway. */
export function runMessage(rail: string, input: Json): unknown {
  const channel = wordAt(input, 'channel') ?? '';
  if (channel === 'ussd' || rail === 'ussd') return ussd(input);
  if (at(input, 'sequence') !== undefined) {
    const read = listAt(input, 'sequence').map((one) =>
      runMessage(rail, { channel, ...(one as object) }),
    );
    return strongestReport(read.filter(isReport)) ?? read.at(-1);
  }
  const form = formOf(at(input, 'body'));
  if (rail === 'whatsapp') return whatsapp(input);
  if (rail === 'twilio') {
    return givenBy(channel === 'inbound' ? readTwilioInbound(form) : readTwilioReport(form));
  }
  if (rail !== 'africastalking') return givenBy(readGatewayReport(kannelReport, form));
  if (channel === 'inbound') return givenBy(readAtInbound(form));
  if (/end/.test(channel)) return givenBy(readAtUssdEnd(form));
  return givenBy(readAtReport(form));
}

const givenBy = (read: {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: unknown;
}) => (read.ok ? read.value : { outcome: 'ignored', error: read.error });

function whatsapp(input: Json): unknown {
  const query = at(input, 'query');
  if (query !== undefined) {
    const challenge = whatsappChallenge(
      query as Record<string, string>,
      wordAt(input, 'verifyToken') ?? '',
    );
    return { reply: challenge ?? 403, challenge };
  }
  const read = readWhatsapp(rawOf(input));
  if (!read.ok) return { outcome: 'ignored', error: read.error };
  const reports = read.value.filter(isReport);
  const ofOne = reports.every(({ messageId }) => messageId === reports[0]?.messageId);
  return {
    ...(ofOne ? (strongestReport(reports) ?? read.value[0]) : read.value[0]),
    events: read.value,
  };
}

const isReport = (read: unknown): read is DeliveryReport =>
  at(read as Json, 'kind') === 'delivery-report';

/** The answer to a sent message. */
export function runSendAnswer(rail: string, input: Json): unknown {
  const read = rail === 'africastalking' ? readAtSent(rawOf(input)) : null;
  if (read === null || !read.ok) return { outcome: 'unknown' };
  return { ...read.value[0], recipients: read.value };
}

const resumeMs = 600_000;

function ussd(input: Json): unknown {
  const stateName = wordAt(input, 'state') as UssdScreen | null;
  let nowMs = 0;
  let state: UssdState | null = null;
  const replies: UssdReply[] = [];
  for (const message of listAt(input, 'sequence')) {
    const later = at(message, 'secondsLater');
    if (typeof later === 'number') {
      nowMs += later * 1000;
      continue;
    }
    const hop = readAtUssd(formOf(message));
    if (!hop.ok) return { error: hop.error };
    if (state === null && stateName !== null) state = storedAt(stateName, hop.value);
    const rules = { resumeMs, isMeter: () => true, words: englishUssd };
    const reply = stepUssd(hop.value, state, { nowMs, rules });
    state = reply.state;
    replies.push(reply);
    nowMs += 5000;
  }
  const screens = replies.map(({ screen, invalid }) => (invalid ? `${screen}+invalid` : screen));
  return {
    prefixes: replies.map(({ prefix }) => prefix),
    screens,
    screen: screens.at(-1),
    orders: replies.flatMap(({ order }) => order ?? []),
    resumeOffered: screens.includes('resume-or-new'),
    maxLength: Math.max(...replies.map(({ text }) => text.length)),
  };
}

/** A session of which only the screen is known: the meter is the last answer but one. */
function storedAt(
  screen: UssdScreen,
  hop: { readonly sessionId: string; readonly text: string },
): UssdState {
  const meter = hop.text.split('*').at(-2) ?? null;
  return {
    sessionId: hop.sessionId,
    seen: null,
    screen,
    invalid: false,
    meter,
    dropped: null,
    atMs: 0,
  };
}
