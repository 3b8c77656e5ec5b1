// The job that sends what was queued together: by the first gateway that has not had a message,
// then by the next one while gateways are away or refuse. What has gone is not sent again unless
// nobody knows whether it went.

import type { Database } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import { notifyLiveMany } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { Handed, MessageGateway } from '../gateways/index.ts';
import { sentAnyway } from '../phones/index.ts';
import {
  attemptBy,
  beginHandings,
  type Ended,
  endMessages,
  type Handing,
  keepEnded,
  type Queued,
  selectQueued,
} from './attempts.ts';
import { type Attempt, nextGateway, unclearDelayMs } from './next-gateway.ts';

/** Those that are at a gateway at once. */
const sentAtOnce = 8;

export type SendingDeps = {
  readonly database: Database;
  readonly gateways: readonly MessageGateway[];
  readonly clocks: Clocks;
  /** After which a token goes by the next gateway when no report says that it came. */
  readonly tokenWaitMs: number;
  /** What has gone to a gateway, for other ways beside it. */
  readonly onSent?: (
    utilityId: string,
    sent: readonly { readonly id: string; readonly phone: string; readonly kind: string }[],
  ) => Promise<void>;
};

/** What is tried in this job already, so that no gateway is asked twice for one message. */
type Tried = {
  readonly away: Set<string>;
  readonly byMessage: Map<string, Set<string>>;
  /** Messages that are queued still. */
  readonly left: Set<string>;
};

export function createSending(o: SendingDeps) {
  const names = o.gateways.map(({ name }) => name);
  const skipped = (tried: Tried, { id }: Queued): Set<string> =>
    new Set([...tried.away, ...(tried.byMessage.get(id) ?? [])]);

  const begin = (
    { utilityId, messages }: Jobs['sendMessages'],
    tried: Tried,
  ): Promise<readonly Handing[]> =>
    o.database.inUtility(utilityId, async (tx) => {
      const all = await selectQueued(tx, messages);
      const isStopped = (message: Queued) =>
        message.is_stopped && !sentAnyway.includes(message.kind);
      const at = new Date(o.clocks.business.nowMs());
      await endMessages(tx, all.filter(isStopped), { state: 'dropped', at });
      const queued = all.filter((message) => !isStopped(message));
      const spent = queued.filter(({ attempts }) => nextGateway(names, attempts) === null);
      await endMessages(tx, spent, { state: 'failed', at });
      const handings = queued.flatMap((message): Handing[] => {
        const gateway = nextGateway(names, message.attempts, skipped(tried, message));
        if (gateway === null) return [];
        return [{ message, attempt: attemptBy(gateway, message.attempts) }];
      });
      await beginHandings(tx, { utilityId, at: new Date(o.clocks.real.nowMs()), handings });
      return handings;
    });

  const keep = (utilityId: string, ended: readonly Ended[]): Promise<void> =>
    o.database.inUtility(utilityId, async (tx) => {
      const at = new Date(o.clocks.business.nowMs());
      await keepEnded(tx, { utilityId, at, realAt: new Date(o.clocks.real.nowMs()), ended });
      const connectionIds = new Set(ended.map(({ handing }) => handing.message.connection_id));
      await notifyLiveMany(
        tx,
        [...connectionIds].map((connectionId) => ({
          kind: 'connection',
          utilityId,
          connectionId,
        })),
      );
    });

  /** Whether some of what is left may go by another gateway at once. */
  const round = async (job: Jobs['sendMessages'], tried: Tried): Promise<boolean> => {
    const handings = await begin(job, tried);
    if (handings.length === 0) return false;
    const ended = await handAll(o, handings, tried.away);
    await keep(job.utilityId, ended);
    await o.onSent?.(job.utilityId, acceptedOf(ended));
    for (const { handing, state } of ended) {
      const { message, attempt } = handing;
      const had = tried.byMessage.get(message.id) ?? new Set();
      tried.byMessage.set(message.id, had.add(attempt.gateway));
      if (state === 'queued') tried.left.add(message.id);
      else tried.left.delete(message.id);
    }
    return ended.some(({ handing: { message, attempt }, outcome, state }) => {
      if (state !== 'queued') return false;
      const rest = withEnd(message, attempt, outcome);
      return nextGateway(names, rest, skipped(tried, message)) !== null;
    });
  };

  /** Throws while something could not be sent, so that the job is tried again. */
  return async (job: Jobs['sendMessages']): Promise<void> => {
    const tried: Tried = { away: new Set(), byMessage: new Map(), left: new Set() };
    while (await round(job, tried)) {}
    if (tried.left.size > 0) throw new Error('no message gateway takes what is left');
  };
}

const acceptedOf = (ended: readonly Ended[]): readonly Queued[] =>
  ended.flatMap(({ outcome, handing }) => (outcome === 'accepted' ? [handing.message] : []));

const withEnd = (
  message: Queued,
  attempt: Attempt,
  outcome: Ended['outcome'],
): readonly Attempt[] => [
  ...message.attempts.filter(({ nth }) => nth !== attempt.nth),
  { ...attempt, outcome },
];

/** Some at once by each gateway; one that takes none of them is away, and is left alone. */
async function handAll(
  o: SendingDeps,
  handings: readonly Handing[],
  away: Set<string>,
): Promise<Ended[]> {
  const groups = Map.groupBy(handings, ({ attempt }) => attempt.gateway);
  const ended = await Promise.all(
    [...groups].map(async ([name, group]) => {
      const gateway = o.gateways.find((each) => each.name === name);
      const done: Ended[] = [];
      for (let i = 0; i < group.length; i += sentAtOnce) {
        const some = group.slice(i, i + sentAtOnce);
        if (gateway === undefined || away.has(name)) {
          const reason = 'the gateway took none of the messages before';
          const handed: Handed = { kind: 'later', reason };
          done.push(...some.map((handing) => ({ ...endOf(o, handing, handed), wasHanded: false })));
          continue;
        }
        const handed = await Promise.all(some.map((handing) => hand(o, gateway, handing)));
        done.push(...handed);
        // A message that the gateway breaks at is not a gateway that is away.
        if (handed.every(({ outcome }) => outcome === 'later')) away.add(name);
      }
      return done;
    }),
  );
  return ended.flat();
}

async function hand(o: SendingDeps, gateway: MessageGateway, handing: Handing): Promise<Ended> {
  const { id, phone: to, text } = handing.message;
  return endOf(o, handing, await gateway.send({ id, to, text }));
}

function endOf(o: SendingDeps, handing: Handing, handed: Handed): Ended {
  const { message, attempt } = handing;
  const names = o.gateways.map(({ name }) => name);
  const nowMs = o.clocks.real.nowMs();
  const rest = withEnd(message, attempt, handed.kind);
  const hasNext = nextGateway(names, rest) !== null;
  const base = {
    ...{ handing, outcome: handed.kind, gatewayIds: [], checkMs: null },
    wasHanded: true,
  };
  switch (handed.kind) {
    case 'accepted': {
      // Without a name for it no report will come.
      const isWatched = isToken(message.kind) && hasNext && handed.gatewayIds.length > 0;
      return {
        ...base,
        gatewayIds: handed.gatewayIds.map((id) => id.slice(0, 100)).filter((id) => id !== ''),
        reason: null,
        state: 'sent',
        checkMs: isWatched ? nowMs + o.tokenWaitMs : null,
      };
    }
    case 'refused':
      return { ...base, reason: handed.reason, state: hasNext ? 'queued' : 'failed' };
    case 'later':
      return { ...base, reason: handed.reason, state: 'queued' };
    case 'unknown': {
      const checkMs = hasNext ? nowMs + unclearDelayMs(attempt.tries) : null;
      return { ...base, reason: handed.reason, state: 'sent', checkMs };
    }
  }
}

/** Messages that hold a token: worth a second way. */
export const isToken = (kind: string): boolean => kind === 'tokenIssued';
