// The step of an exchange that a second person approves: credit moves from the old meter to the
// new one. The technician has read both meters; an administrator approves.

import { loadConnection } from '../../registry/connections/index.ts';
import { exchangeRefusals, mayExchange } from '../corrections/index.ts';
import { placeOfJob, type Scene, stepNow } from './job-context.ts';

/** Asks for it; what forbids it already is a failed try. */
export async function askExchange(scene: Scene): Promise<void> {
  const { tx, deps, job, by } = scene;
  const say = (words: string) => scene.say({ what: 'failed', step: 'exchange', words });
  const connection = await loadConnection(tx, placeOfJob(job));
  const { meter } = job.plan;
  if (connection === null || meter === null) return say(exchangeRefusals.unknownConnection[1]);
  if (connection.meter.meterId !== job.old_meter_id) return say(exchangeRefusals.meterChanged[1]);
  const old = stepNow(scene.steps, 'oldMeter').evidence;
  const left = old['leftEnergyWh'];
  const credited = old['creditedEnergyWh'];
  const asked = {
    oldMeterPan: connection.meter.meterPan,
    meter: {
      meterPan: String(stepNow(scene.steps, 'meter').evidence['meterPan']),
      encryptionAlgorithm: meter.encryptionAlgorithm,
      supplyGroupCode: meter.supplyGroupCode,
      tariffIndex: meter.tariffIndex,
      keyRevision: meter.keyRevision,
      secretSha256: meter.secretSha256,
    },
    balance:
      typeof left === 'string'
        ? {
            from: 'stated' as const,
            energyWh: left,
            creditedWh: typeof credited === 'string' ? credited : null,
          }
        : { from: 'lastReading' as const },
  };
  const may = await mayExchange(tx, deps, connection, {
    ...asked,
    askedAtMs: scene.nowMs,
    nowMs: scene.nowMs,
  });
  if (!may.ok) return say(exchangeRefusals[may.error][1]);
  const reason = `Install job: read at the home by ${by.name}`;
  const requested = await deps.approvals.request(tx, {
    utilityId: job.utility_id,
    kind: 'meterExchange',
    requestId: scene.name,
    payload: { ...asked, requestId: scene.name, reason, connectionId: job.connection_id },
    reason,
    requestedBy: { operatorId: by.operatorId, name: by.name },
  });
  if (!requested.ok) throw new Error('an approval under the name of an action that was never made');
  const { approvalId } = requested.value;
  await scene.say({ what: 'running', step: 'exchange', evidence: { approvalId } });
}
