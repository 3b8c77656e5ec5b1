// WhatsApp Cloud API: each message is a template that Meta approved, with our text as its one
// parameter, since free text reaches only who wrote within a day. States and texts come to one
// address, signed, in batches.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  digitsOnly,
  readWhatsapp,
  readWhatsappSent,
  verifyWhatsapp,
  whatsappChallenge,
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
  type TextMessage,
} from '../contract.ts';
import { type Called, type GatewayCall, handedByStatus } from '../http.ts';
import { heardOf } from '../read.ts';

export type WhatsappConfig = {
  readonly name: string;
  readonly baseUrl: string;
  /** "v24.0": Meta ends each about two years after it came. */
  readonly apiVersion: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  /** Signs what Meta tells. */
  readonly appSecret: string;
  /** Its body has one parameter. */
  readonly template: { readonly name: string; readonly language: string };
  /** In the address, and the token by which Meta asks whether the address is ours. */
  readonly callbackSecret: string;
};

export function createWhatsapp(o: {
  readonly config: WhatsappConfig;
  readonly call: GatewayCall;
}): MessageGateway {
  const { config, call } = o;
  const number = `/${config.apiVersion}/${config.phoneNumberId}`;
  const headers = { authorization: `Bearer ${config.accessToken}` };
  return {
    name: config.name,
    longestCallback: 1_048_576,
    send: async (message) => {
      // Meta stops a template that carries codes which is not made for them.
      if (message.isCode === true) return refused('WhatsApp carries no sign-in codes');
      return handedOf(
        await call({
          method: 'POST',
          url: new URL(`${number}/messages`, config.baseUrl).href,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(templateMessage(config, message)),
        }),
      );
    },
    heard: (came) => heard(config, came),
    answersQuestion: ({ door, secret, url }) =>
      isDoor(door) && isSecret(secret, config.callbackSecret)
        ? whatsappChallenge(Object.fromEntries(new URL(url).searchParams), config.callbackSecret)
        : null,
    check: async () => {
      const url = new URL(number, config.baseUrl).href;
      const called = await call({ method: 'GET', url, headers });
      if (called.kind !== 'answered') return err('it cannot be reached');
      return called.status === 200
        ? ok('it knows the number and the token; whether the template is approved, Meta shows')
        : err(`it answered ${called.status}: look at phoneNumberId and accessToken`);
    },
  };
}

const templateMessage = ({ template }: WhatsappConfig, { to, text }: TextMessage) => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: digitsOnly(to),
  type: 'template',
  template: {
    name: template.name,
    language: { code: template.language },
    components: [
      {
        type: 'body',
        // A parameter with a line break, a tab or five blanks is refused.
        parameters: [{ type: 'text', text: text.replace(/\s+/g, ' ').trim() }],
      },
    ],
  },
});

/**
 * Errors that an operator mends, after which the message goes: rights and token, an account that is
 * locked or owes, a number that is not registered, a template that is missing, paused or has other
 * parameters.
 */
const mended = new Set([
  ...[3, 10, 190, 200, 368, 131005, 131031, 131042, 131045, 133010],
  ...[132000, 132001, 132015, 132016],
]);
/** Limits of the app and the account, beside those that `rate-limited` names. */
const tooFast = new Set([4, 80007]);

function handedOf(called: Called): Handed {
  if (called.kind !== 'answered') return handedByStatus(called);
  const read = readWhatsappSent(called.raw);
  if (!read.ok) return handedByStatus(called);
  if (read.value.kind === 'sent') {
    return called.status < 300 ? accepted(read.value.messageId) : handedByStatus(called);
  }
  const { code, reason } = read.value;
  if (mended.has(code)) {
    return later(`error ${code}: look at the account, the token and the template`);
  }
  if (reason === 'rate-limited' || tooFast.has(code)) {
    return later(`error ${code}: the gateway asks us to send less at once`);
  }
  const byStatus = handedByStatus(called);
  return byStatus.kind === 'refused' ? refused(`error ${code}`) : byStatus;
}

/** Meta has one address for all it tells: either may be given to it. */
const isDoor = (door: RawCallback['door']): boolean => door === 'reports' || door === 'texts';

function heard(
  config: WhatsappConfig,
  { door, secret, rawBody, headers }: RawCallback,
): Result<readonly Heard[], 'noSuchDoor' | 'badSignature' | 'malformed'> {
  const isAtOurAddress = isSecret(secret, config.callbackSecret);
  const signed = verifyWhatsapp(rawBody, headers, config.appSecret);
  if (!isAtOurAddress || !signed.ok) return err('badSignature');
  if (!isDoor(door)) return err('noSuchDoor');
  const read = readWhatsapp(rawBody, { phoneNumberId: config.phoneNumberId });
  if (!read.ok) return err('malformed');
  // Pictures and reactions have no text.
  return ok(read.value.map(heardOf).filter((each) => each.kind !== 'text' || each.text !== ''));
}
