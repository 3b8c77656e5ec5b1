// What a message gateway is to us: an adapter behind one contract. Adapters know the gateway's wire
// format and how it proves itself; they know nothing of customers. The formats are packages/rails.

import { err, ok, type Result } from '@prewatt/quantities';
import type { UssdEnd, UssdHop } from '@prewatt/rails';

export type TextMessage = {
  /** Ours, without blanks; a gateway that knows ids delivers one id once. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** A sign-in code: there are gateways that must not carry it. */
  readonly isCode?: true;
};

/** What became of handing a message over. Reasons are for the operator, and hold no secret. */
export type Handed =
  /** `gatewayIds` are how delivery reports name it; none when no report will come. */
  | { readonly kind: 'accepted'; readonly gatewayIds: readonly string[] }
  /** This gateway will never take this message. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Certainly not sent: the gateway is away, busy, or must be set up first. */
  | { readonly kind: 'later'; readonly reason: string }
  /** It may have been sent: no answer, or none that can be read. */
  | { readonly kind: 'unknown'; readonly reason: string };

export const accepted = (...gatewayIds: readonly string[]): Handed => ({
  kind: 'accepted',
  gatewayIds,
});
export const refused = (reason: string): Handed => ({ kind: 'refused', reason });
export const later = (reason: string): Handed => ({ kind: 'later', reason });
export const unknown = (reason: string): Handed => ({ kind: 'unknown', reason });

/** What a gateway tells us by itself. */
export type Heard =
  | {
      readonly kind: 'report';
      /** Forms of the gateway's id, the surest first. */
      readonly gatewayIds: readonly string[];
      readonly outcome: 'pending' | 'delivered' | 'failed';
      readonly reason: string | null;
      /** The person wants no more messages. */
      readonly isOptedOut: boolean;
    }
  | {
      readonly kind: 'text';
      /** The gateway's id of it, by which a repeat is known. */
      readonly id: string | null;
      /** E.164 of a phone; a short code or name as it came. */
      readonly from: string;
      readonly text: string;
    }
  | { readonly kind: 'ussd'; readonly hop: UssdHop }
  | { readonly kind: 'ussdEnd'; readonly end: UssdEnd };

export const callbackDoors = ['reports', 'texts', 'ussd', 'ussd-end'] as const;
export type CallbackDoor = (typeof callbackDoors)[number];

/** A call of a gateway as it came. */
export type RawCallback = {
  readonly door: CallbackDoor;
  /** What stands in the path where the secret belongs. */
  readonly secret: string;
  /** The address that was called, under our public name, with its query. */
  readonly url: string;
  readonly rawBody: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

/** In the order of the checks. */
export type CallbackRefusal = 'noSuchDoor' | 'badSignature' | 'malformed';

/** Answers once what was heard is kept; throws when it is not, and the gateway tells it again. */
export type Ear = (heard: Heard) => Promise<void>;

export type MessageGateway = {
  /** Also a part of the address of its callbacks; unique in an installation. */
  readonly name: string;
  /** Hands a message over. Never throws, and answers within a minute whatever the gateway does. */
  readonly send: (message: TextMessage) => Promise<Handed>;
  /** Checks a callback, then reads it. Never throws, whatever came. */
  readonly heard: (came: RawCallback) => Result<readonly Heard[], CallbackRefusal>;
  /**
   * The answer to the question (a GET) by which a gateway makes sure, once, that an address is
   * ours; null when whoever asks does not know the secret. Absent where no gateway asks.
   */
  readonly answersQuestion?: (came: Omit<RawCallback, 'rawBody'>) => string | null;
  /** The longest body of a callback, in bytes, where 64 KiB do not do. */
  readonly longestCallback?: number;
  /** Opens a connection that stays, where the gateway has one; the answer closes it. */
  readonly connect?: (ear: Ear) => () => Promise<void>;
  /** Whether it can be reached and knows us, without sending anything; a plain sentence each. */
  readonly check: () => Promise<Result<string, string>>;
};

/** Of a gateway that never calls. */
export const hearsNothing: MessageGateway['heard'] = () => err('noSuchDoor');

/** A gateway that only takes messages, for towns and tests. */
export const oneWayGateway = (send: MessageGateway['send'], name = 'one-way'): MessageGateway => ({
  ...{ name, send },
  heard: hearsNothing,
  check: async () => ok('it only takes messages'),
});

/**
 * Hands a message to the first of the gateways that takes it: for what is not stored. An unclear
 * answer counts as taken.
 */
export async function sendByFirst(
  gateways: readonly Pick<MessageGateway, 'send'>[],
  message: TextMessage,
): Promise<Result<void, 'notSent'>> {
  for (const gateway of gateways) {
    const handed = await gateway.send(message);
    if (handed.kind === 'accepted' || handed.kind === 'unknown') return ok(undefined);
  }
  return err('notSent');
}
