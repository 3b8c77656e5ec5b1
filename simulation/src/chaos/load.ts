// The load of a chaos run, in a process of its own: tills and a provider that ask again, with the
// same request id, until they get an answer, however often the server is killed meanwhile.

import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, LoadPlan, LoadRecord, Notification, TillRequest } from './plan.ts';

// A server and its database that start twice on a machine that others use, too.
const patienceMs = 240_000;
const answerWithinMs = 8_000;
/** So that two hundred askers do not keep the server from starting. */
const longestPauseMs = 1_000;

async function run(plan: LoadPlan): Promise<LoadRecord> {
  const startMs = performance.now();
  let silences = 0;

  /** One request, until it is answered. */
  const insist = async (atMs: number, send: () => Promise<Response>): Promise<Answer> => {
    await pause(Math.max(0, startMs + atMs - performance.now()));
    for (let tries = 1; ; tries += 1) {
      const answer = await send()
        .then(async (got) => ({ status: got.status, body: await got.text() }))
        .catch((error: Error) => ({ status: 0, body: String(error.cause ?? error) }))
        .then((got) => ({ ...got, atMs: Math.round(performance.now() - startMs) }));
      const isOne = answer.status !== 0 && answer.status < 500 && answer.status !== 429;
      if (isOne) return answer;
      silences += 1;
      if (performance.now() - startMs > patienceMs) {
        throw new Error(`nobody answers any more: ${answer.status} ${answer.body}`);
      }
      await pause(40 + Math.random() * Math.min(longestPauseMs, 160 + tries * 10));
    }
  };

  const post = (path: string, headers: Record<string, string>, body: string): Promise<Response> =>
    fetch(new URL(path, plan.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    });

  const sell = (request: TillRequest): Promise<Answer> => {
    const { requestId, meterPan, amountMinor } = request;
    const body = JSON.stringify({ requestId, meterPan, amountMinor });
    const headers = { authorization: `Bearer ${request.key}` };
    return insist(request.atMs, () => post('/api/vendor/v1/sales', headers, body));
  };

  const notify = (notification: Notification): Promise<Answer> =>
    insist(notification.atMs, () => {
      const time = Math.floor(Date.now() / 1000);
      const signature = createHmac('sha256', plan.webhookSecret)
        .update(`${time}.${notification.body}`)
        .digest('hex');
      const headers = { 'x-sandbox-signature': `t=${time},v1=${signature}` };
      return post('/api/payments/sandbox/notifications', headers, notification.body);
    });

  const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, work));
  const [sales, notifications] = await Promise.all([
    Promise.all(
      plan.requests.map(async (request) => ({
        requestId: request.requestId,
        answers: await times(request.times, () => sell(request)),
      })),
    ),
    Promise.all(
      plan.notifications.map(async (each) => ({
        paymentId: each.paymentId,
        answers: await times(each.times, () => notify(each)),
      })),
    ),
  ]);
  return { sales, notifications, silences };
}

process.once('message', (plan: LoadPlan) => {
  void run(plan).then(
    (record) => process.send?.(record, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(1));
