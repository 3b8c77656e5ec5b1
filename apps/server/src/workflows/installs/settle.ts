// Ends the steps that wait for a meter or for the office, as soon as it is known how: a command was
// answered, a token was taken, a second person has decided. Run by upkeep, from any process.

import type { InstallStep } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { type InstallDeps, meterPlaceOf, tellPages } from './job-context.ts';
import { certificateOf, serialInUse } from './link.ts';
import {
  approvalNow,
  type CommandNow,
  commandNow,
  isLinkRevoked,
  meterState,
  tokensOfGrant,
} from './meter-facts.ts';
import { type Evidence, type StepNow, stepsNow } from './steps.ts';
import {
  eventsOf,
  insertEvent,
  type Job,
  lockJob,
  refOf,
  updateJob,
  watchedJobs,
} from './store.ts';

type Finding = {
  readonly what: 'running' | 'passed' | 'failed';
  readonly evidence?: Evidence;
  readonly words: string | null;
};
/** Null: nothing is known yet. */
type Found = Promise<Finding | null>;
type At = {
  readonly deps: InstallDeps;
  readonly tx: Tx;
  readonly job: Job;
  readonly place: MeterPlace;
  readonly now: StepNow;
  readonly startedAt: number;
};

export async function settleJobs(deps: InstallDeps, utilityId: string): Promise<void> {
  const watched = await deps.database.inUtility(utilityId, (tx) => watchedJobs(tx, utilityId));
  for (const jobId of watched) {
    await deps.database.inUtility(utilityId, (tx) => settleJob(deps, tx, jobId));
  }
}

async function settleJob(deps: InstallDeps, tx: Tx, jobId: string): Promise<void> {
  const job = await lockJob(tx, jobId, 'skip');
  if (job === null || job.state !== 'open') return;
  const ref = refOf(job);
  const steps = stepsNow(job.steps, await eventsOf(tx, ref));
  let running = 0;
  let told = false;
  for (const now of steps) {
    if (now.state !== 'running' || now.startedAt === null) continue;
    const found = await lookAt(deps, tx, { job, now });
    if (found === null || found.what === 'running') running += 1;
    if (found === null) continue;
    const at = new Date(deps.nowMs());
    await insertEvent(tx, ref, { ...found, step: now.step, operatorId: null, at });
    if (now.step === 'exchange' && found.what === 'passed') {
      await exchanged(tx, { job, evidence: found.evidence ?? {}, at });
    }
    told = true;
  }
  if (running === 0) await updateJob(tx, ref).set({ is_watched: false }).execute();
  if (told) await tellPages(tx, job);
}

function lookAt(
  deps: InstallDeps,
  tx: Tx,
  { job, now }: { readonly job: Job; readonly now: StepNow },
): Found {
  const startedAt = now.startedAt ?? 0;
  if (now.step === 'exchange') return exchange(tx, now);
  const at = { deps, tx, job, now, startedAt, place: meterPlaceOf(job) };
  const looks: Partial<Record<InstallStep, (at: At) => Found>> = {
    link,
    testToken: token,
    carryOver: token,
    remoteRead,
    switchOpen: switched,
    switchClose: switched,
    load,
  };
  return looks[now.step]?.(at) ?? Promise.resolve(null);
}

async function exchange(tx: Tx, now: StepNow): Found {
  const { state, outcome } = await approvalNow(tx, String(now.evidence['approvalId']));
  if (state === 'awaiting') return null;
  if (state !== 'done') {
    const detail = (outcome as { detail?: string } | null)?.detail;
    return { what: 'failed', words: detail ?? approvalLabels[state] };
  }
  const done = outcome as { newMeterId: string; grantId: string | null; carriedWh: string };
  const uuid = (id: string): string => id.slice(id.indexOf('_') + 1);
  return {
    what: 'passed',
    evidence: {
      meterId: uuid(done.newMeterId),
      grantId: done.grantId === null ? null : uuid(done.grantId),
    },
    words: `Allowed; ${formatKwh(BigInt(done.carriedWh))} kWh are carried over`,
  };
}

const approvalLabels = {
  declined: 'The office has declined the exchange; ask why before you try again.',
  withdrawn: 'The request for the exchange was withdrawn.',
  expired: 'Nobody decided on the exchange in time; ask again.',
  failed: 'The exchange could not be carried out.',
} as const;

/** The new meter is the job's from here on; with nothing to carry over, that step falls away. */
async function exchanged(
  tx: Tx,
  o: { readonly job: Job; readonly evidence: Evidence; readonly at: Date },
): Promise<void> {
  const { job, evidence, at } = o;
  await updateJob(tx, refOf(job))
    .set({ meter_id: String(evidence['meterId']) })
    .execute();
  if (evidence['grantId'] !== null) return;
  const words = 'Nothing was left to carry over.';
  await insertEvent(tx, refOf(job), {
    ...{ what: 'skipped', step: 'carryOver', words, operatorId: null, at },
  });
}

async function link(at: At): Found {
  const { tx, place, now, startedAt } = at;
  if (await isLinkRevoked(tx, place)) {
    return { what: 'failed', words: 'The meter’s link is revoked; ask the office to pair it.' };
  }
  if (now.evidence['certificate'] !== undefined) return certified(at);
  const state = await meterState(tx, place);
  if (state === null) return null;
  const isPaired = now.evidence['isPaired'] === true;
  const isUp = state.link_up === true && (!isPaired || (state.link_at ?? 0) >= startedAt);
  if (!isUp && state.last_contact_at <= startedAt) return null;
  return { what: 'passed', words: 'The meter is connected to the head-end' };
}

/** With a certificate the step passes by its first use, which is the meter's own proof. */
async function certified(at: At): Found {
  const { tx, place, now } = at;
  const inUse = await serialInUse(tx, place);
  const passed = {
    what: 'passed',
    words: `The meter has come with its certificate ${inUse}`,
  } as const;
  if (now.evidence['certificate'] === 'request') {
    const serial = String(now.evidence['serial']);
    if (inUse === serial) return passed;
    const certificate = await certificateOf(tx, place, serial);
    if (certificate?.isEnded !== true) return null;
    const words = 'The certificate was replaced or revoked before the meter came with it.';
    return { what: 'failed', words };
  }
  if (inUse !== null && inUse !== now.evidence['serialBefore']) return passed;
  return failure(await commandOf(at));
}

async function token({ tx, job, now }: At): Found {
  // Of a meter without a link only the technician can say.
  if (!job.has_link) return null;
  const grantId = String(now.evidence['grantId']);
  const tokens = await tokensOfGrant(tx, { bucket: job.bucket, grantId });
  const refused = tokens.find((each) => each.state === 'refused');
  if (refused !== undefined) {
    return { what: 'failed', words: `The meter refused the token: ${refused.refusal ?? 'unsaid'}` };
  }
  if (tokens.length === 0 || tokens.some((each) => each.state !== 'accepted')) return null;
  const [first] = tokens;
  const isOneWay = tokens.every((each) => each.origin === first?.origin);
  const where = isOneWay ? placesOf[first?.origin ?? 'remote'] : 'by more than one way';
  return { what: 'passed', words: `The meter has taken the token ${where}` };
}

const placesOf = { keypad: 'at its keypad', remote: 'by wire', card: 'from a card' };

/** How a command failed, in words; null while it is open or was carried out. */
function failure({ stage, result }: CommandNow): Finding | null {
  if (stage === 'expired') return { what: 'failed', words: 'The meter did not answer in time.' };
  if (stage === 'cancelled') return { what: 'failed', words: 'The command was taken back.' };
  if (stage !== 'refused') return null;
  const words =
    result.reason === 'protected'
      ? 'The meter says that a protection rule forbids a cut at this hour.'
      : `The meter refused the command: ${result.reason ?? 'unsaid'}.`;
  return { what: 'failed', words };
}

const commandOf = ({ tx, job, now }: At): Promise<CommandNow> =>
  commandNow(tx, { bucket: job.bucket, commandId: String(now.evidence['commandId']) });

async function remoteRead(at: At): Found {
  // Reported already; now the technician compares.
  if (at.now.evidence['registerWh'] !== undefined) return null;
  const command = await commandOf(at);
  if (command.stage !== 'done') return failure(command);
  const read = await at.deps.lastReading(at.tx, at.place);
  if (read === null || read.readAtMs <= Number(at.now.evidence['readBeforeMs'])) return null;
  return {
    what: 'running',
    evidence: { registerWh: read.valueWh.toString(), readAtMs: read.readAtMs },
    words: 'The meter has reported its register',
  };
}

async function switched(at: At): Found {
  const command = await commandOf(at);
  if (command.stage !== 'done') return failure(command);
  const isOpening = at.now.step === 'switchOpen';
  const { loadSwitch } = command.result;
  if (isOpening) {
    return loadSwitch === 'connected'
      ? { what: 'failed', words: 'The switch did not open.' }
      : { what: 'passed', words: 'The meter says that its switch is open' };
  }
  const closed = { what: 'passed', words: 'The meter says that its switch is closed' } as const;
  if (loadSwitch === 'connected') return closed;
  if (loadSwitch === 'disconnected') {
    const words =
      'The switch stays open. Is there credit on the meter, is the load below its limit?';
    return { what: 'failed', words };
  }
  const state = await meterState(at.tx, at.place);
  return state?.load_switch === 'connected' ? closed : null;
}

async function load(at: At): Found {
  const command = await commandOf(at);
  if (command.stage !== 'done') return failure(command);
  const state = await meterState(at.tx, at.place);
  if (state === null || state.captured_at <= Number(at.now.evidence['stateBeforeMs'])) return null;
  const { lowW, highW } = at.now.evidence;
  const powerW = Number(state.power_w);
  const evidence = { powerW };
  if (powerW >= Number(lowW) && powerW <= Number(highW)) {
    return { what: 'passed', evidence, words: `The meter measures ${powerW} W` };
  }
  const words = `The meter measures ${powerW} W, not ${lowW} to ${highW} W. Is the load on, and is it behind this meter?`;
  return { what: 'failed', evidence, words };
}
