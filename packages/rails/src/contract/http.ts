// What an HTTP status alone says, the same on every rail: a time-out, a server error or a page of
// HTML leaves a payment unknown. An adapter looks at the body first and comes here for the rest.

import { type Notice, unsure } from './notice.ts';

/** An answer to a request of ours. `httpStatus` null: no answer came. */
export type Answered = {
  readonly call: string;
  readonly httpStatus: number | null;
  readonly raw: Uint8Array;
  /** It never left: nobody over there heard of it. */
  readonly isUnsent?: true;
};

/** `asks`: the call was a question; otherwise it moved money and is repeated under its own id. */
export function byHttpStatus(httpStatus: number | null, asks: boolean): Notice {
  const again = asks ? 'poll' : 'same-id';
  if (httpStatus === null) return unsure(again, { reason: 'timeout' });
  if (httpStatus === 401)
    return unsure('same-id', { reason: 'authentication', action: 'renew-token' });
  if (httpStatus === 403) return unsure('config', { reason: 'configuration' });
  if (httpStatus === 408) return unsure(again, { reason: 'timeout' });
  if (httpStatus === 429) return unsure(again, { reason: 'throttled', action: 'back-off' });
  if (httpStatus >= 500) return unsure(again, { reason: 'provider-unavailable' });
  if (httpStatus >= 400) return unsure('config', { reason: 'configuration' });
  return unsure('poll');
}
