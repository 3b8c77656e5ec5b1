// The token gateway (COSEM class 115) as a view: how the last token came and how far it got.

import type { TokenRefusal } from '@prewatt/protocol';
import type { MeterState } from './state.ts';
import type { StoredOutcome } from './stored.ts';

/** Attribute 6: the last check passed, or the check that failed. */
export type GatewayStatus =
  | 'validationOk'
  | 'executionOk'
  | 'formatFailure'
  | 'authenticationFailure'
  | 'validationFailure'
  | 'executionFailure'
  | 'receivedNotProcessed';

export type TokenGateway = {
  readonly tokenTimeMs: number | null;
  readonly deliveryMethod: 'remote' | 'local' | 'manual' | null;
  readonly status: GatewayStatus | null;
};

const failures: { readonly [R in TokenRefusal]: GatewayStatus } = {
  format: 'formatFailure',
  lockout: 'receivedNotProcessed',
  crc: 'authenticationFailure',
  mfrCode: 'authenticationFailure',
  keyExpired: 'authenticationFailure',
  ddtk: 'authenticationFailure',
  keyType: 'validationFailure',
  old: 'validationFailure',
  used: 'validationFailure',
  function: 'executionFailure',
  range: 'executionFailure',
  overflow: 'executionFailure',
};

export function gatewayStatusOf(outcome: StoredOutcome): GatewayStatus {
  if (outcome.result === 'refused') return failures[outcome.refusal];
  // The set waits for its other tokens: nothing was carried out yet.
  return outcome.effect === 'keyChangePart' ? 'validationOk' : 'executionOk';
}

/** token_delivery_method of class 115: 0 via remote communications, 1 local, 2 manual entry. */
const deliveryMethods = { keypad: 'manual', remote: 'remote', card: 'local' } as const;

export function tokenGatewayOf({ lastToken }: MeterState): TokenGateway {
  if (lastToken === null) return { tokenTimeMs: null, deliveryMethod: null, status: null };
  return {
    tokenTimeMs: lastToken.atMs,
    deliveryMethod: deliveryMethods[lastToken.origin],
    status: gatewayStatusOf(lastToken.outcome),
  };
}
