// Africa's Talking: texts out, delivery reports, texts and USSD in. Nothing that it sends is
// signed: the secret in the address of the callback is all the proof there is.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  fittedToGsm,
  readAtInbound,
  readAtReport,
  readAtSent,
  readAtUssd,
  readAtUssdEnd,
} from '@prewatt/rails';
import { isSecret } from '../callback-address.ts';
import {
  accepted,
  type Handed,
  type Heard,
  later,
  type MessageGateway,
  type RawCallback,
  refused,
  unknown,
} from '../contract.ts';
import { type GatewayCall, handedByStatus } from '../http.ts';
import { reportHeard, textHeard } from '../read.ts';

export type AfricasTalkingConfig = {
  readonly name: string;
  readonly baseUrl: string;
  readonly username: string;
  readonly apiKey: string;
  /** Sender id or short code; null for their shared one. */
  readonly from: string | null;
  readonly callbackSecret: string;
};

export function createAfricasTalking(o: {
  readonly config: AfricasTalkingConfig;
  readonly call: GatewayCall;
}): MessageGateway {
  const { config, call } = o;
  const headers = {
    apiKey: config.apiKey,
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  return {
    name: config.name,
    send: async ({ to, text }) => {
      const form = new URLSearchParams({
        username: config.username,
        to,
        message: fittedToGsm(text),
      });
      if (config.from !== null) form.set('from', config.from);
      form.set('enqueue', '1');
      const url = new URL('/version1/messaging', config.baseUrl).href;
      const called = await call({ method: 'POST', url, headers, body: form.toString() });
      if (called.kind !== 'answered') return handedByStatus(called);
      const read = readAtSent(called.raw);
      const [sent] = read.ok ? read.value : [];
      return sent === undefined ? handedByStatus(called) : handedOf(sent);
    },
    heard: (came) => heard(config, came),
    check: async () => {
      const url = new URL('/version1/user', config.baseUrl);
      url.searchParams.set('username', config.username);
      const called = await call({ method: 'GET', url: url.href, headers });
      if (called.kind !== 'answered') return err('it cannot be reached');
      return called.status === 200
        ? ok('it knows the username and the key')
        : err(`it answered ${called.status}: look at username and apiKey`);
    },
  };
}

type Sent = {
  readonly outcome: 'pending' | 'failed' | 'unknown';
  readonly alarm: boolean;
  readonly code: number;
  readonly messageId: string | null;
};

/** An empty balance or a sender id that is not ours concerns every message: they wait. */
function handedOf({ outcome, alarm, code, messageId }: Sent): Handed {
  if (alarm) return later(`status ${code}: look at the account, its balance and sender id`);
  if (outcome === 'failed') return refused(`status ${code}`);
  if (outcome === 'unknown') return unknown(`status ${code}`);
  return messageId === null ? accepted() : accepted(messageId);
}

function heard(
  config: AfricasTalkingConfig,
  { door, secret, rawBody }: RawCallback,
): Result<readonly Heard[], 'badSignature' | 'malformed'> {
  if (!isSecret(secret, config.callbackSecret)) return err('badSignature');
  switch (door) {
    case 'reports':
      return reportHeard(readAtReport(rawBody));
    case 'texts':
      return textHeard(readAtInbound(rawBody));
    case 'ussd': {
      const hop = readAtUssd(rawBody);
      return hop.ok ? ok([{ kind: 'ussd', hop: hop.value }]) : err('malformed');
    }
    case 'ussd-end': {
      const end = readAtUssdEnd(rawBody);
      return end.ok ? ok([{ kind: 'ussdEnd', end: end.value }]) : err('malformed');
    }
  }
}
