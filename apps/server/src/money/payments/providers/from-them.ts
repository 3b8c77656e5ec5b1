// Rails that sign nothing: a sender is known by the secret in the address that we gave, and by its
// own address where those are listed. Each has a refusal of its own: people see what to mend.

import { err, ok, type Result } from '@prewatt/quantities';
import { sameText } from '@prewatt/rails';
import type { NotificationRefusal, RawNotification } from '../provider.ts';

export function checkSender(
  { path, address }: RawNotification,
  config: { readonly callbackSecret: string; readonly addresses: readonly string[] },
): Result<undefined, NotificationRefusal> {
  const isListed = config.addresses.length === 0 || config.addresses.includes(address);
  if (!isListed) return err('unlistedSender');
  const isKnown = config.callbackSecret !== '' && sameText(path[0] ?? '', config.callbackSecret);
  return isKnown ? ok(undefined) : err('wrongSecret');
}
