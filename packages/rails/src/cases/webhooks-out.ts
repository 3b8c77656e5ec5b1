// Runs the cases of our own outgoing webhooks.

import { at, type Json, wordAt } from '../base/json.ts';
import { afterDelivery, webhookUrlFault } from '../webhooks/index.ts';

export function runWebhooksOut(input: Json): unknown {
  if (wordAt(input, 'task') === 'register-endpoint') {
    const fault = webhookUrlFault(wordAt(input, 'url') ?? '');
    return { allowed: fault === null, fault };
  }
  const response = at(input, 'response');
  const retryAfter = Number(
    at(input, 'retryAfter') ?? at(input, 'headers', 'retry-after') ?? Number.NaN,
  );
  const attempt = Number(at(input, 'attempt') ?? 1);
  return afterDelivery({
    httpStatus: typeof response === 'number' ? response : null,
    attempt,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}
