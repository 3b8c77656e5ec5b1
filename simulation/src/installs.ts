// An install job at a home: the office opens it, and a technician at the meter does one thing a
// tick, as the job's steps stand: says what is on the label and on the display, starts what the
// server does, tries again what has failed, and closes the job when every step has passed.

import { type InstallAct, type InstallStep, installSteps } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { Onboarding } from '@prewatt/server/onboarding';
import type { Database, Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import { createTownOperator } from './town-operator.ts';
import type { Trace } from './trace.ts';
import type { TwoPeople } from './two-people.ts';
import type { TownHome } from './utility.ts';

type Staff = Parameters<Services['installs']['open']>[1]['by'];
type StepRow = { readonly step: InstallStep; readonly what: string };

export type Installing = {
  readonly technician: Staff;
  readonly people: TwoPeople;
  readonly homes: readonly TownHome[];
  readonly trace: Trace;
  readonly touch: (home: TownHome) => void;
};

export async function createTechnician(o: {
  readonly utilityId: string;
  readonly owner: Database;
  readonly onboarding: Onboarding;
}): Promise<Staff> {
  const { utilityId } = o;
  const operatorId = await createTownOperator({ ...o, role: 'technician' });
  const person = { operatorId, utilityId, name: 'Technician' };
  return { ...person, role: 'technician', email: 'technician@town.example' };
}

/** What is done in this hour of the town's life. */
export async function install(
  services: Services,
  o: Installing & { readonly ageHours: number },
): Promise<void> {
  for (const home of o.homes) {
    const { installAtHour } = home.traits;
    if (installAtHour === undefined || o.ageHours < installAtHour) continue;
    const job = await untilItWorks(() => jobOf(services, home));
    if (job === null) await open(services, o, home);
    else if (job.state === 'open') await goOn(services, o, { home, ...job });
  }
}

type Job = { readonly id: string; readonly state: string; readonly steps: readonly StepRow[] };

/** With how each step stands that was ever begun. */
function jobOf(services: Services, home: TownHome): Promise<Job | null> {
  return services.database.inUtility(home.utilityId, async (tx) => {
    const { rows } = await sql<Omit<Job, 'steps'>>`SELECT id, state FROM prewatt.install_jobs
      WHERE bucket = ${home.bucket} AND connection_id = ${home.connectionId}::uuid`.execute(tx);
    const [job] = rows;
    if (job === undefined) return null;
    const steps = await sql<StepRow>`SELECT DISTINCT ON (step) step, what
      FROM prewatt.install_events WHERE bucket = ${home.bucket} AND job_id = ${job.id}::uuid
        AND step IS NOT NULL ORDER BY step, ordinal DESC`.execute(tx);
    return { ...job, steps: steps.rows };
  });
}

async function open(services: Services, o: Installing, home: TownHome): Promise<void> {
  const { asker } = o.people;
  const requestId = `install-${home.index}`;
  const technicianId = idFromUuid('operator', o.technician.operatorId);
  const connectionId = idFromUuid('connection', home.connectionId);
  const common = { requestId, technicianId, connectionId, note: '', wasPostpaid: false };
  const body = { ...common, kind: 'newMeter' } as const;
  const opened = await untilItWorks(() =>
    services.database.inUtility(home.utilityId, (tx) =>
      services.installs.open(tx, { utilityId: home.utilityId, by: asker, body }),
    ),
  );
  o.trace.add(home, `its install job: ${opened.ok ? 'opened' : opened.error.code}`);
}

/** Of an exchange's steps this job has none. */
const steps = installSteps.filter(
  (step) => step !== 'oldMeter' && step !== 'exchange' && step !== 'carryOver',
);

async function goOn(
  services: Services,
  o: Installing & { readonly ageHours: number },
  job: Job & { readonly home: TownHome },
): Promise<void> {
  const { home } = job;
  const stateOf = (step: InstallStep) => job.steps.find((each) => each.step === step)?.what;
  const isDone = (step: InstallStep) => ['passed', 'skipped'].includes(stateOf(step) ?? '');
  const next = steps.find((step) => !isDone(step));
  const requestId = `install-${home.index}-${o.ageHours}`;
  const asked = { utilityId: home.utilityId, jobId: job.id, by: o.technician };
  o.touch(home);
  if (next === undefined) {
    const body = { requestId, note: 'All is well' };
    const closed = await untilItWorks(() =>
      services.database.inUtility(home.utilityId, (tx) =>
        services.installs.close(tx, { ...asked, body }),
      ),
    );
    o.trace.add(home, `its install job: ${closed.ok ? 'closed' : closed.error.code}`);
    return;
  }
  const act = actOf(next, home, stateOf(next) === 'running');
  if (act === null) return;
  const done = await untilItWorks(() =>
    services.database.inUtility(home.utilityId, (tx) =>
      services.installs.act(tx, { ...asked, body: { ...act, requestId } }),
    ),
  );
  o.trace.add(home, `its install job, ${next}: ${done.ok ? act.act : done.error.code}`);
}

type Act = InstallAct extends infer A
  ? A extends InstallAct
    ? Omit<A, 'requestId'>
    : never
  : never;

/** What the technician does about a step; null is to wait. */
function actOf(step: InstallStep, home: TownHome, isRunning: boolean): Act | null {
  const importEnergyWh = Math.floor(home.meter.importMilliWh / 1_000).toString();
  if (isRunning) return step === 'remoteRead' ? { act: 'display', importEnergyWh } : null;
  switch (step) {
    case 'meter':
      return { act: 'identify', meterPan: home.meterPan, by: 'scan' };
    case 'link':
      return { act: 'link' };
    case 'load':
      return { act: 'load', lowW: 1, highW: 30_000 };
    case 'startReading':
      return { act: 'startReading', importEnergyWh, note: '' };
    case 'testToken':
    case 'remoteRead':
    case 'switchOpen':
    case 'switchClose':
      return { act: 'start', step };
    default:
      return null;
  }
}
