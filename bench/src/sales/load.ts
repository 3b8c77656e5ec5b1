// The client's process: tills that sell over HTTP, on connections that are kept. Sockets are spoken
// to directly, so that the client takes as little of the machine as it can.

import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type LoadFigures, type LoadPlan, meterPanOf, quantile } from './plan.ts';

type Till = { readonly send: (request: string) => Promise<number> };

/** One kept connection with one request under way at a time; resolves with the status. */
function openTill(port: number): Promise<Till> {
  return new Promise((opened, failed) => {
    let got = '';
    let answer: ((status: number) => void) | null = null;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    socket.on('error', failed);
    socket.on('close', () => answer?.(0));
    socket.on('data', (text: string) => {
      got += text;
      const head = got.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /content-length: (\d+)/i.exec(got.slice(0, head))?.[1];
      if (got.length < head + 4 + Number(length ?? 0)) return;
      const status = Number(got.slice(9, 12));
      got = '';
      const done = answer;
      answer = null;
      done?.(status);
    });
    socket.on('connect', () =>
      opened({
        send: (request) =>
          new Promise((resolve) => {
            answer = resolve;
            socket.write(request);
          }),
      }),
    );
  });
}

/** A provider's signed notifications, from many addresses of it; null when all are told. */
function createNotices({
  webhookSecret,
  payments,
}: NonNullable<LoadPlan['notices']>): () => string | null {
  let told = 0;
  return () => {
    const payment = payments[told];
    if (payment === undefined) return null;
    told += 1;
    const { id, amountMinor } = payment;
    const body = JSON.stringify({
      event: 'payment.succeeded',
      reference: `payment_${id}`,
      providerReference: `B-${id}`,
      amountMinor,
      currency: { code: 'ZAR', scale: 2 },
    });
    const seconds = Math.floor(Date.now() / 1_000);
    const mac = createHmac('sha256', webhookSecret).update(`${seconds}.${body}`).digest('hex');
    return (
      'POST /api/payments/sandbox/notifications HTTP/1.1\r\nhost: 127.0.0.1\r\n' +
      `x-forwarded-for: 10.${told % 200}.${Math.floor(told / 200) % 250}.1\r\n` +
      `x-sandbox-signature: t=${seconds},v1=${mac}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`
    );
  };
}

function createRequests(plan: LoadPlan): () => string | null {
  if (plan.notices !== undefined) return createNotices(plan.notices);
  const pans = Array.from({ length: plan.connections }, (_, i) => meterPanOf(i));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  return () => {
    const amount = 1_000 + Math.floor(Math.random() * 20_000);
    const body =
      `{"requestId":"${randomUUID()}","meterPan":"${pick(pans)}",` + `"amountMinor":"${amount}"}`;
    return (
      'POST /api/vendor/v1/sales HTTP/1.1\r\nhost: 127.0.0.1\r\n' +
      `authorization: Bearer ${pick(plan.keys)}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`
    );
  };
}

async function run(plan: LoadPlan): Promise<LoadFigures> {
  const next = createRequests(plan);
  const tills = await Promise.all(Array.from({ length: plan.sockets }, () => openTill(plan.port)));
  const startMs = performance.now() + plan.warmUpSeconds * 1_000;
  const endMs = startMs + plan.seconds * 1_000;
  const latencies: number[] = [];
  const otherwise: Record<string, number> = {};
  let ranOut = false;

  const sell: Sell = async (till, dueMs) => {
    const request = next();
    if (request === null) {
      ranOut = true;
      return false;
    }
    const status = await till.send(request);
    const nowMs = performance.now();
    if (nowMs < startMs || nowMs > endMs) return true;
    if (status === 200) latencies.push(nowMs - dueMs);
    else otherwise[status] = (otherwise[status] ?? 0) + 1;
    return true;
  };

  if (plan.perSecond === null) await closedLoop(tills, endMs, sell);
  else await openLoop(tills, { endMs, perSecond: plan.perSecond }, sell);
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: latencies.length / plan.seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    answered: latencies.length,
    otherwise,
    ranOut,
  };
}

/** False when nothing is left to sell. */
type Sell = (till: Till, dueMs: number) => Promise<boolean>;

async function closedLoop(tills: readonly Till[], endMs: number, sell: Sell): Promise<void> {
  const keepSelling = async (till: Till): Promise<void> => {
    while (performance.now() < endMs && (await sell(till, performance.now())));
  };
  await Promise.all(tills.map(keepSelling));
}

async function openLoop(
  tills: readonly Till[],
  o: { readonly endMs: number; readonly perSecond: number },
  sell: Sell,
): Promise<void> {
  const free = [...tills];
  const due: number[] = [];
  const everyMs = 1_000 / o.perSecond;
  let nextMs = performance.now();
  const begin = (): void => {
    for (;;) {
      const dueMs = due[0];
      const till = free.at(-1);
      if (dueMs === undefined || till === undefined) return;
      due.shift();
      free.pop();
      void sell(till, dueMs).then(() => {
        free.push(till);
        begin();
      });
    }
  };
  while (performance.now() < o.endMs) {
    for (; nextMs <= performance.now(); nextMs += everyMs) due.push(nextMs);
    begin();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

process.once('message', (plan: LoadPlan) => {
  void run(plan).then(
    (figures) => process.send?.(figures, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(1));
