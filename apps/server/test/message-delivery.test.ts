// What becomes of messages on a real database: gateways that fail over to each other, reports in
// any order, tokens that no report came for, servers that die in the middle, phones that said stop.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Jobs } from '../src/base/jobs.ts';
import {
  accepted,
  type Handed,
  later,
  oneWayGateway,
  refused,
  unknown,
} from '../src/messaging/gateways/index.ts';
import type { MessageKind } from '../src/messaging/messages/index.ts';
import { createHarness, type Harness } from './harness.ts';

const minuteMs = 60_000;
const phone = '+27825550101';
let h: Harness;
let facts = 0;
const handed: string[] = [];
const answers: Record<'first' | 'second', (text: string) => Handed | Promise<Handed>> = {
  first: () => accepted(),
  second: () => accepted(),
};
const named = (name: 'first' | 'second') =>
  oneWayGateway(async ({ text }) => {
    const answer = await answers[name](text);
    handed.push(`${name} ${text}`);
    return answer;
  }, name);

before(async () => {
  h = await createHarness({ gateways: [named('first'), named('second')] });
});
after(() => h.close());
beforeEach(() => {
  handed.length = 0;
  answers.first = () => accepted(`id-${facts}`);
  answers.second = () => accepted(`id-${facts}`);
});

const messages = () => h.services.messages;
/** Queues a message; answers with its job. */
async function queued(kind: MessageKind = 'tokenIssued'): Promise<Jobs['sendMessages']> {
  facts += 1;
  const text = `message ${facts}`;
  const { utilityId } = h.place;
  const factKey = `fact ${facts}`;
  await h.database.inUtility(utilityId, (tx) =>
    messages().queue(tx, { place: h.place, kind, factKey, phone, text }),
  );
  const row = await h.database.inUtility(utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select(['bucket', 'id'])
      .where('fact_key', '=', factKey)
      .executeTakeFirstOrThrow(),
  );
  return { utilityId, messages: [row] };
}
const seen = (job: Jobs['sendMessages']) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const id = job.messages[0]?.id ?? '';
    const message = await tx
      .selectFrom('messages')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const attempts = await tx
      .selectFrom('message_attempts')
      .select(['gateway', 'outcome', 'tries'])
      .where('message_id', '=', id)
      .orderBy('nth')
      .execute();
    const each = attempts.map(({ gateway, outcome, tries }) => `${gateway} ${outcome} ${tries}`);
    return [message.state, ...each];
  });
const report = (outcome: 'delivered' | 'failed', gateway = 'first', id = `id-${facts}`) =>
  messages().reported(gateway, {
    ...{ gatewayIds: [id], outcome, reason: null, isOptedOut: false },
  });
const later10 = async (minutes = 10) => {
  h.clock.nowMs += minutes * minuteMs;
  await messages().recheck(h.utilityId);
};

test('a gateway that is away hands over to the next; one that refuses, too', async () => {
  answers.first = () => later('away');
  const one = await queued();
  await messages().send(one);
  assert.deepEqual(await seen(one), ['sent', 'first later 1', 'second accepted 1']);
  answers.first = () => refused('no such number');
  const two = await queued();
  await messages().send(two);
  assert.deepEqual(await seen(two), ['sent', 'first refused 1', 'second accepted 1']);
});

test('both away: the job is tried again, and nothing is lost', async () => {
  answers.first = () => later('away');
  answers.second = () => later('away');
  const job = await queued();
  await assert.rejects(messages().send(job), /no message gateway takes/);
  assert.deepEqual(await seen(job), ['queued', 'first later 1', 'second later 1']);
  answers.first = () => accepted('x');
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first accepted 2', 'second later 1']);
});

test('refused by all: failed', async () => {
  answers.first = () => refused('no');
  answers.second = () => refused('no');
  const job = await queued();
  await messages().send(job);
  assert.equal((await seen(job))[0], 'failed');
});

test('delivered stays delivered, whatever comes late or twice', async () => {
  const job = await queued();
  await messages().send(job);
  for (const outcome of ['delivered', 'delivered', 'failed'] as const) await report(outcome);
  assert.deepEqual(await seen(job), ['delivered', 'first delivered 1']);
  await later10();
  assert.equal(handed.length, 1);
});

test('not delivered: it goes by the next, and a late delivery counts', async () => {
  const job = await queued();
  await messages().send(job);
  await report('failed');
  await report('failed');
  assert.equal((await seen(job))[0], 'queued');
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first undelivered 1', 'second accepted 1']);
  await report('delivered');
  assert.equal((await seen(job))[0], 'delivered');
});

test('a token without a report goes by the next after some minutes; other messages do not', async () => {
  const token = await queued();
  await messages().send(token);
  const notice = await queued('powerLimit');
  await messages().send(notice);
  await later10(4);
  assert.equal((await seen(token))[0], 'sent');
  await later10(2);
  assert.equal((await seen(token))[0], 'queued');
  await messages().send(token);
  assert.deepEqual(await seen(token), ['sent', 'first accepted 1', 'second accepted 1']);
  await later10(60);
  assert.equal((await seen(token))[0], 'sent', 'there is no third');
  assert.deepEqual(await seen(notice), ['sent', 'first accepted 1']);
});

test('an unclear answer is waited on, then it goes by the next, then by the first again', async () => {
  answers.first = () => unknown('no answer');
  answers.second = () => unknown('no answer');
  const job = await queued();
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first unknown 1']);
  await later10(2);
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first unknown 1', 'second unknown 1']);
  await later10(2);
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first unknown 2', 'second unknown 1']);
  assert.equal(handed.length, 3);
});

test('a server that dies between sending and writing it down: sent again, and the repeat is marked', async () => {
  answers.first = () => {
    throw new Error('the process is killed');
  };
  const job = await queued();
  await assert.rejects(messages().send(job), /killed/);
  assert.deepEqual(await seen(job), ['queued', 'first handing 1']);
  answers.second = () => later('away');
  answers.first = () => accepted();
  await messages().send(job);
  assert.deepEqual(await seen(job), ['sent', 'first accepted 2', 'second later 1']);
});

test('a report that is quicker than the answer is kept and taken up', async () => {
  answers.first = async () => {
    await report('delivered', 'first', 'quick');
    await messages().sweepReports();
    return accepted('quick');
  };
  const job = await queued();
  await messages().send(job);
  assert.equal((await seen(job))[0], 'sent');
  await messages().sweepReports();
  assert.deepEqual(await seen(job), ['delivered', 'first delivered 1']);
  const left = await h.database.directories
    .selectFrom('early_report_directory')
    .select('first_id')
    .execute();
  assert.deepEqual(left, []);
});

test('a report by another gateway, or of a message that there is not, changes nothing', async () => {
  const job = await queued();
  await messages().send(job);
  await report('failed', 'second');
  await report('delivered', 'first', 'nobody');
  await messages().sweepReports();
  assert.deepEqual(await seen(job), ['sent', 'first accepted 1']);
  h.clock.nowMs += 25 * 60 * minuteMs;
  await messages().sweepReports();
});

test('a phone that said stop is sent tokens only, until it says start', async () => {
  await h.services.phones.stop(phone);
  const notice = await queued('creditLow');
  const token = await queued('tokenIssued');
  await messages().send(notice);
  await messages().send(token);
  assert.deepEqual(await seen(notice), ['dropped']);
  assert.equal((await seen(token))[0], 'sent');
  await h.services.phones.start(phone);
  const after = await queued('creditLow');
  await messages().send(after);
  assert.equal((await seen(after))[0], 'sent');
});

test('a gateway that says the person opted out stops the phone', async () => {
  const job = await queued('creditLow');
  await messages().send(job);
  await messages().reported('first', {
    ...{ gatewayIds: [`id-${facts}`], outcome: 'failed', reason: 'opted-out', isOptedOut: true },
  });
  assert.equal((await h.services.phones.choicesOf(phone)).isStopped, true);
  await h.services.phones.start(phone);
});
