// The first step: whether the meter on the wall is the one that the job is about. A new connection
// comes into being here, with its first meter.

import type { InstallAct } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { holderOfMeterNumber, loadConnection } from '../../registry/connections/index.ts';
import { type ConnectionRefusal, createConnection } from '../onboarding/index.ts';
import type { InstallRefusal } from './errors.ts';
import { placeOfJob, type Scene } from './job-context.ts';
import { meterPanOf } from './meter-number.ts';
import { refOf, updateJob } from './store.ts';

type Identify = Extract<InstallAct, { act: 'identify' }>;
type Finding = { readonly code: string; readonly words: string };

export async function identify(
  scene: Scene,
  action: Identify,
): Promise<Result<void, InstallRefusal>> {
  const pan = meterPanOf(action.meterPan);
  if (!pan.ok) return err({ code: 'meterPanInvalid' });
  const evidence = { meterPan: pan.value, by: action.by };
  const found = await whatIsWrong(scene, pan.value);
  if (found !== null) {
    const { code, words } = found;
    await scene.say({ what: 'failed', step: 'meter', evidence: { ...evidence, code }, words });
    return ok(undefined);
  }
  const meterId = await meterIdOf(scene, pan.value);
  if (!meterId.ok) {
    const words = connectionLabels[meterId.error];
    const code = meterId.error;
    await scene.say({ what: 'failed', step: 'meter', evidence: { ...evidence, code }, words });
    return ok(undefined);
  }
  const { tx, job } = scene;
  if (meterId.value !== null) {
    await updateJob(tx, refOf(job)).set({ meter_id: meterId.value }).execute();
  }
  const words = `Meter ${pan.value}, ${action.by === 'scan' ? 'scanned' : 'typed'}`;
  await scene.say({ what: 'passed', step: 'meter', evidence, words });
  if (!job.has_link) {
    const without = 'The meter has no link.';
    for (const step of ['link', 'remoteRead'] as const) {
      await scene.say({ what: 'skipped', step, words: without, byServer: true });
    }
  }
  return ok(undefined);
}

async function whatIsWrong({ tx, job }: Scene, meterPan: string): Promise<Finding | null> {
  const holder = await holderOfMeterNumber(tx, job.utility_id, meterPan);
  const expected = job.expected_meter_pan;
  if (holder === 'others' && job.kind !== 'newMeter') {
    return { code: 'meterNumberUnusable', words: connectionLabels.meterNumberUnusable };
  }
  // For a meter that is registered here already, one of another utility is as good as none.
  const entry = typeof holder === 'string' ? null : holder;
  if (entry !== null && job.kind === 'exchange' && entry.meterId === job.old_meter_id) {
    return { code: 'oldMeter', words: 'This is the meter that goes; read the one that comes.' };
  }
  if (entry !== null && (job.kind !== 'newMeter' || entry.connectionId !== job.connection_id)) {
    return {
      code: 'elsewhere',
      words:
        'This meter is registered at another home already. Do not leave it here; ask the office.',
    };
  }
  if (expected === null || expected === meterPan) {
    const stillThere = job.kind !== 'newMeter' || entry?.meterId === job.old_meter_id;
    return stillThere
      ? null
      : { code: 'unknown', words: 'No meter with this number is registered any more.' };
  }
  if (job.kind === 'newMeter' && entry === null) {
    return {
      code: 'unknown',
      words: `No meter with this number is registered. The job’s meter is ${expected}.`,
    };
  }
  return { code: 'wrongMeter', words: `This is not the job’s meter, which is ${expected}.` };
}

/** Null in an exchange: the new meter is the connection's only once the office has allowed it. */
async function meterIdOf(
  { tx, deps, job }: Scene,
  meterPan: string,
): Promise<Result<string | null, ConnectionRefusal | 'meterChanged'>> {
  if (job.kind === 'exchange') return ok(null);
  if (job.kind === 'newMeter') {
    const connection = await loadConnection(tx, placeOfJob(job));
    const isPresent = connection?.meter.meterId === job.old_meter_id;
    return isPresent && job.old_meter_id !== null ? ok(job.old_meter_id) : err('meterChanged');
  }
  const { connection, meter } = job.plan;
  if (connection === null || meter === null) throw new Error('a new connection without its plan');
  const made = await createConnection(deps, tx, {
    utilityId: job.utility_id,
    connectionId: job.connection_id,
    connection: {
      ...connection,
      debts: [],
      meter: {
        meterPan,
        encryptionAlgorithm: meter.encryptionAlgorithm,
        supplyGroupCode: meter.supplyGroupCode,
        tariffIndex: meter.tariffIndex,
        keyRevision: meter.keyRevision,
        mqttSecret: meter.secretSha256 === null ? null : { sha256Hex: meter.secretSha256 },
      },
    },
  });
  if (!made.ok) return made;
  // Found with the same particulars: somebody made this connection meanwhile, under another id.
  return made.value.outcome === 'created' ? ok(made.value.place.meterId) : err('meterExists');
}

const badNumber = 'This is no meter number: a digit is wrong.';
const badPlan = 'The job’s particulars cannot be registered; the office has to open it anew.';
const connectionLabels: Record<ConnectionRefusal | 'meterChanged', string> = {
  panLength: badNumber,
  panCharacter: badNumber,
  iinUnknown: badNumber,
  drnCheckDigit: badNumber,
  panCheckDigit: badNumber,
  nameEmpty: badPlan,
  phoneFormat: badPlan,
  supplyGroupFormat: badPlan,
  tariffIndexFormat: badPlan,
  keyRevisionRange: badPlan,
  debtRuleFormat: badPlan,
  amountNotPositive: badPlan,
  tariffUnknown: badPlan,
  meterExists: 'This meter was registered at another home a moment ago; ask the office.',
  meterNumberUnusable:
    'This meter’s number cannot be used here. Do not leave the meter; ask the office.',
  meterChanged: 'The connection has another meter by now; the office has to open another job.',
};
