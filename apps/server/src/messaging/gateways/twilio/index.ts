// Twilio: texts out, status callbacks and texts in, each signed over our public address and its
// fields.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  fittedToGsm,
  formFields,
  parseJson,
  readTwilioInbound,
  readTwilioReport,
  verifyTwilio,
} from '@prewatt/rails';
import { callbackUrl, isSecret } from '../callback-address.ts';
import {
  accepted,
  type Handed,
  type Heard,
  later,
  type MessageGateway,
  type RawCallback,
  refused,
} from '../contract.ts';
import { type Called, type GatewayCall, handedByStatus } from '../http.ts';
import { reportHeard, textHeard } from '../read.ts';

export type TwilioConfig = {
  readonly name: string;
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, a sender name, or a messaging service (MG…). */
  readonly from: string;
  readonly callbackSecret: string;
};

export function createTwilio(o: {
  readonly config: TwilioConfig;
  readonly call: GatewayCall;
  readonly publicUrl: string;
}): MessageGateway {
  const { config, call } = o;
  const account = `/2010-04-01/Accounts/${encodeURIComponent(config.accountSid)}`;
  const login = Buffer.from(`${config.accountSid}:${config.authToken}`).toString('base64');
  const headers = { authorization: `Basic ${login}` };
  const address = { gateway: config.name, secret: config.callbackSecret };
  const statusCallback = callbackUrl(o.publicUrl, { ...address, door: 'reports' });
  return {
    name: config.name,
    send: async ({ to, text }) => {
      const sender = /^MG[0-9a-f]{32}$/i.test(config.from) ? 'MessagingServiceSid' : 'From';
      const form = {
        To: to,
        [sender]: config.from,
        Body: fittedToGsm(text),
        StatusCallback: statusCallback,
      };
      return handedOf(
        await call({
          method: 'POST',
          url: new URL(`${account}/Messages.json`, config.baseUrl).href,
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(form).toString(),
        }),
      );
    },
    heard: (came) => heard(config, came),
    check: async () => {
      const url = new URL(`${account}.json`, config.baseUrl).href;
      const called = await call({ method: 'GET', url, headers });
      if (called.kind !== 'answered') return err('it cannot be reached');
      return called.status === 200
        ? ok('it knows the account and the token')
        : err(`it answered ${called.status}: look at accountSid and authToken`);
    },
  };
}

/** Errors that an operator mends, after which the message goes. */
const mended = new Set([20003, 20429, 21408, 21606, 21612, 63038]);

function handedOf(called: Called): Handed {
  if (called.kind !== 'answered') return handedByStatus(called);
  const json = parseJson(called.raw);
  const body = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const { sid, code } = body;
  if (called.status < 300 && typeof sid === 'string' && sid !== '') return accepted(sid);
  if (called.status === 402 || mended.has(Number(code))) {
    return later(`error ${String(code)}: look at the account`);
  }
  if (called.status >= 400 && called.status < 500 && Number(code) > 0) {
    const byStatus = handedByStatus(called);
    return byStatus.kind === 'refused' ? refused(`error ${Number(code)}`) : byStatus;
  }
  return handedByStatus(called);
}

function heard(
  config: TwilioConfig,
  { door, secret, url, rawBody, headers }: RawCallback,
): Result<readonly Heard[], 'noSuchDoor' | 'badSignature' | 'malformed'> {
  const isAtOurAddress = isSecret(secret, config.callbackSecret);
  const fields = formFields(rawBody);
  const signed = verifyTwilio({ url, fields, rawBody }, headers, config.authToken);
  if (!isAtOurAddress || !signed.ok) return err('badSignature');
  if (door === 'reports') return reportHeard(readTwilioReport(rawBody));
  return door === 'texts' ? textHeard(readTwilioInbound(rawBody)) : err('noSuchDoor');
}
