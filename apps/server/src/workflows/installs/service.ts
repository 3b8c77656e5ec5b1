// Install jobs: opened at the desk, worked through at the home, closed when each step has passed.
// Each action is one transaction under the job's row lock, once for its request id.

import type { InstallAct, NewInstall } from '@prewatt/api';
import { err, ok, type Result, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import { answerAgain } from '../../base/request-ids.ts';
import { recordConversion } from '../../registry/connections/index.ts';
import type { Staff } from '../../registry/sign-in/index.ts';
import type { InstallRefusal } from './errors.ts';
import {
  type InstallDeps,
  meterPlaceOf,
  placeOfJob,
  type Scene,
  sceneOf,
  tellPages,
} from './job-context.ts';
import { mayOpen, type Opened, openJob, technicianOf } from './open.ts';
import { settleJobs } from './settle.ts';
import { openSteps, type StepNow } from './steps.ts';
import { digestOfRequest, lockJob, refOf, updateJob } from './store.ts';
import { takeBack, takeStep } from './take-step.ts';
import { undoConnection, undoneLabels } from './undo.ts';

type Answer = Promise<Result<void, InstallRefusal>>;
type Asked<Body> = {
  readonly utilityId: string;
  readonly jobId: string;
  readonly by: Staff;
  readonly body: Body & { readonly requestId: string };
};

export type Installs = {
  readonly open: (
    tx: Tx,
    a: { readonly utilityId: string; readonly by: Staff; readonly body: NewInstall },
  ) => Promise<Result<Opened, InstallRefusal>>;
  readonly act: (tx: Tx, a: Asked<InstallAct>) => Answer;
  /** Sends somebody, or gives the job back to all technicians. */
  readonly assign: (tx: Tx, a: Asked<{ readonly technicianId: string | null }>) => Answer;
  /** A technician takes a job that is nobody's. */
  readonly take: (tx: Tx, a: Asked<object>) => Answer;
  readonly close: (tx: Tx, a: Asked<{ readonly note: string }>) => Answer;
  readonly cancel: (tx: Tx, a: Asked<{ readonly reason: string }>) => Answer;
  readonly linkAccepts: InstallDeps['linkAccepts'];
  /** Upkeep: steps that wait for a meter or the office. */
  readonly sweep: (utilityId: string) => Promise<void>;
};

export function createInstalls(deps: InstallDeps): Installs {
  return {
    open: (tx, a) => openJob(deps, tx, a),
    act: (tx, a) => onJob(deps, tx, { ...a, work: (scene) => takeAction(scene, a.body) }),
    assign: (tx, a) => onJob(deps, tx, { ...a, work: (scene) => assign(scene, a.body) }),
    take: (tx, a) => onJob(deps, tx, { ...a, work: take }),
    close: (tx, a) => onJob(deps, tx, { ...a, work: (scene) => close(scene, a.body.note) }),
    cancel: (tx, a) => onJob(deps, tx, { ...a, work: (scene) => cancel(scene, a.body.reason) }),
    linkAccepts: deps.linkAccepts,
    sweep: (utilityId) => settleJobs(deps, utilityId),
  };
}

/** Finds the job, hears a repeat, and lets an open job be worked on. */
async function onJob(
  deps: InstallDeps,
  tx: Tx,
  a: Asked<object> & { readonly work: (scene: Scene) => Answer },
): Answer {
  const { by, body } = a;
  const job = await lockJob(tx, a.jobId);
  const isHidden =
    by.role === 'technician' && job?.assigned_to !== by.operatorId && job?.assigned_to !== null;
  if (job === null || isHidden) return err({ code: 'unknownInstall' });
  const request = { id: body.requestId, digest: digestOf({ ...body, by: by.operatorId }) };
  const known = await digestOfRequest(tx, refOf(job), request.id);
  if (known !== null) {
    const again = answerAgain(known, request.digest, undefined);
    return again.ok ? again : err({ code: again.error });
  }
  if (by.role === 'viewer') return err({ code: 'notAllowed' });
  if (job.state !== 'open') return err({ code: 'jobEnded' });
  const done = await a.work(await sceneOf(tx, deps, { job, by, request }));
  if (done.ok) await tellPages(tx, job);
  return done;
}

const isMine = ({ job, by }: Scene): boolean =>
  by.role !== 'technician' || job.assigned_to === by.operatorId;

async function takeAction(scene: Scene, body: InstallAct): Answer {
  return isMine(scene) ? takeStep(scene, body) : err({ code: 'notYours' });
}

async function assign(scene: Scene, o: { readonly technicianId: string | null }): Answer {
  const { tx, job, by } = scene;
  if (!mayOpen(by)) return err({ code: 'notAllowed' });
  const technician = await technicianOf(tx, o.technicianId);
  if (!technician.ok) return technician;
  await updateJob(tx, refOf(job)).set({ assigned_to: technician.value }).execute();
  const evidence = { technicianId: technician.value };
  const words = technician.value === null ? 'Any technician may take it' : null;
  await scene.say({ what: 'assigned', evidence, words });
  return ok(undefined);
}

async function take(scene: Scene): Answer {
  const { tx, job, by } = scene;
  if (job.assigned_to !== null) return err({ code: 'takenAlready' });
  await updateJob(tx, refOf(job)).set({ assigned_to: by.operatorId }).execute();
  await scene.say({ what: 'taken' });
  return ok(undefined);
}

async function close(scene: Scene, note: string): Answer {
  if (!isMine(scene)) return err({ code: 'notYours' });
  const open = openSteps(scene.steps);
  if (open.length > 0) return err({ code: 'stepsOpen', steps: open });
  if (scene.job.was_postpaid) await beginGrace(scene);
  await end(scene, 'closed', note === '' ? null : note);
  return ok(undefined);
}

/** A home that paid afterwards is prepaid from today on; a day that is known already stands. */
async function beginGrace({ tx, deps, job, utility, by, nowMs, name }: Scene): Promise<void> {
  const place = placeOfJob(job);
  const known = await tx
    .selectFrom('connections')
    .select('converted_at')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirstOrThrow();
  if (known.converted_at !== null) return;
  const today = zonedAt(nowMs, utility.zone);
  const recorded = await recordConversion(tx, place, {
    id: deps.newUuid(),
    requestId: name,
    convertedOn: today.toPlainDate().toString(),
    reason: 'Install job: the home was post-paid until now',
    operatorId: by.operatorId,
    zone: utility.zone,
    nowMs,
  });
  if (!recorded.ok) throw new Error(`the conversion of an installed home: ${recorded.error}`);
}

async function cancel(scene: Scene, reason: string): Answer {
  const { steps, by } = scene;
  if (!mayOpen(by)) return err({ code: 'notAllowed' });
  const running = steps.filter((now) => now.state === 'running');
  // An approval that came later would exchange a meter that nobody installed.
  if (running.some((now) => now.step === 'exchange')) return err({ code: 'officeDecides' });
  for (const now of running) await takeBack(scene, now.evidence, reason);
  const undone = await undoConnection(scene);
  if (undone !== 'closed') await letSupplyGoOn(scene, steps);
  await end(scene, 'cancelled', reason, undoneLabels[undone]);
  return ok(undefined);
}

/** A job that opened the switch does not end with the home in the dark. */
async function letSupplyGoOn(scene: Scene, steps: readonly StepNow[]): Promise<void> {
  const { tx, deps, job, by, utility } = scene;
  const stateOf = (step: string) => steps.find((now) => now.step === step)?.state;
  const wasOpened = stateOf('switchOpen') !== 'notStarted' && job.meter_id !== null;
  if (!wasOpened || stateOf('switchClose') === 'passed' || !job.has_link) return;
  await deps.sending.send(tx, {
    place: meterPlaceOf(job),
    by: { name: by.name, role: 'operator' },
    ofJob: true,
    body: {
      kind: 'switchClose',
      requestId: scene.name,
      reason: 'The install job that opened the switch was cancelled',
    },
    zone: utility.zone,
    protection: utility.protectionRules,
  });
}

async function end(
  { tx, job, by, nowMs, say }: Scene,
  state: 'closed' | 'cancelled',
  reason: string | null,
  also: string | null = null,
): Promise<void> {
  const words = also === null ? reason : `${reason}. ${also}`;
  await say({ what: state, words });
  await updateJob(tx, refOf(job))
    .set({
      state,
      state_at: new Date(nowMs),
      ended_by: by.operatorId,
      end_reason: reason,
      is_watched: false,
    })
    .execute();
}
