// The context of one action on one job: the locked job, its steps as they stand, who acts, and how
// the result is recorded.

import type { InstallStep } from '@prewatt/api';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type {
  Certifying,
  Commands,
  IdentityKind,
  Provisioning,
  Sending,
  TokenResult,
} from '../../metering/headend/index.ts';
import type { Grants } from '../../money/grants/index.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import type { Staff } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { Evidence, StepNow } from './steps.ts';
import { stepsNow } from './steps.ts';
import { eventsOf, insertEvent, type Job, refOf, updateJob } from './store.ts';

export type InstallDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly commands: Pick<Commands, 'cancel'>;
  readonly sending: Pick<Sending, 'send' | 'protectedText'>;
  readonly provisioning: Pick<Provisioning, 'pair' | 'askForCertificate'>;
  readonly certifying: Pick<Certifying, 'certify'>;
  /** What the head-end takes from meters. */
  readonly linkAccepts: IdentityKind;
  readonly grants: Pick<Grants, 'issue' | 'priceOnMeter' | 'recordView'>;
  readonly approvals: Pick<Approvals, 'request'>;
  /** A person says that the meter took a token. */
  readonly tokenTaken: (tx: Tx, place: MeterPlace, result: TokenResult) => Promise<void>;
  /** The import register as it was read last; null before the first reading. */
  readonly lastReading: (
    tx: Tx,
    place: MeterPlace,
  ) => Promise<{ readonly valueWh: bigint; readonly readAtMs: number } | null>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export type Scene = {
  readonly tx: Tx;
  readonly deps: InstallDeps;
  readonly job: Job;
  readonly steps: readonly StepNow[];
  readonly utility: Utility;
  readonly by: Staff;
  readonly nowMs: number;
  /** What a step is called in requests to others; new for each action. */
  readonly name: string;
  readonly say: (said: Said) => Promise<void>;
};

export type Said = {
  readonly what: Exclude<ColumnValue<'install_events', 'what'>, 'opened'>;
  readonly step?: InstallStep;
  readonly evidence?: Evidence;
  readonly words?: string | null;
  /** By itself: no person's word. */
  readonly byServer?: boolean;
};

export async function sceneOf(
  tx: Tx,
  deps: InstallDeps,
  o: {
    readonly job: Job;
    readonly by: Staff;
    readonly request: { readonly id: string; readonly digest: string };
  },
): Promise<Scene> {
  const { job, by } = o;
  const ref = refOf(job);
  const events = await eventsOf(tx, ref);
  const nowMs = deps.nowMs();
  const at = new Date(nowMs);
  let request: typeof o.request | null = o.request;
  return {
    ...{ tx, deps, job, by, nowMs },
    steps: stepsNow(job.steps, events),
    utility: await deps.utilities.get(job.utility_id),
    name: `install ${job.id} ${events.length + 1}`,
    say: async ({ byServer = false, ...said }) => {
      const operatorId = byServer ? null : by.operatorId;
      await insertEvent(tx, ref, { ...said, operatorId, request, at });
      request = null;
      if (said.what === 'running') await updateJob(tx, ref).set({ is_watched: true }).execute();
    },
  };
}

export const placeOfJob = (job: Job): ConnectionPlace => ({
  utilityId: job.utility_id,
  bucket: job.bucket,
  connectionId: job.connection_id,
});

/** The place of the meter that was identified; actions that need it come after that step. */
export function meterPlaceOf(job: Job): MeterPlace {
  if (job.meter_id === null) throw new Error('an install step before its meter is known');
  return { ...placeOfJob(job), meterId: job.meter_id };
}

export const stepNow = (steps: readonly StepNow[], step: InstallStep): StepNow => {
  const found = steps.find((now) => now.step === step);
  if (found === undefined) throw new Error(`the job has no step ${step}`);
  return found;
};

export const tellPages = (tx: Tx, job: Job): Promise<void> =>
  notifyLive(tx, {
    kind: 'connection',
    utilityId: job.utility_id,
    connectionId: job.connection_id,
  });
