// The step of the link: the meter is paired with the code on its label or with a certificate, and
// the step passes when the meter has connected with it. A pairing that fails is kept as a failed
// try, and the job stays open.

import { createHash } from 'node:crypto';
import type { InstallAct, InstallStep } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { problemOfSend, type SendRefusal } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { InstallRefusal } from './errors.ts';
import { meterPlaceOf, type Scene, stepNow } from './job-context.ts';
import { meterHasSecret } from './meter-facts.ts';
import type { Evidence } from './steps.ts';

type Link = Extract<InstallAct, { act: 'link' }>;
type Done = Promise<Result<void, InstallRefusal>>;
const step: InstallStep = 'link';

export async function link(scene: Scene, action: Link): Done {
  const { tx, deps, job } = scene;
  const { linkAccepts } = deps;
  const { pairingSecret, csrPem, withCertificate = false } = action;
  if (csrPem !== undefined && (pairingSecret !== undefined || withCertificate)) {
    return err({ code: 'oneWayOfPairing' });
  }
  const takesSecret = pairingSecret !== undefined || withCertificate;
  if (takesSecret && linkAccepts === 'certificate') return err({ code: 'secretsNotTaken' });
  const takesCertificate = csrPem !== undefined || withCertificate;
  if (takesCertificate && linkAccepts === 'secret') return err({ code: 'certificatesNotTaken' });
  if (csrPem !== undefined) return withRequest(scene, csrPem);
  const place = meterPlaceOf(job);
  if (pairingSecret === undefined && !(await mayCome(scene, place))) {
    return err({ code: linkAccepts === 'certificate' ? 'secretsNotTaken' : 'pairingSecretNeeded' });
  }
  let evidence: Evidence = {};
  if (pairingSecret !== undefined) {
    const sha256Hex = createHash('sha256').update(pairingSecret).digest('hex');
    const paired = await deps.provisioning.pair(tx, { ...asked(scene), sha256Hex });
    if (!paired.ok) return failed(scene, paired.error);
    evidence = { isPaired: true };
  }
  if (withCertificate) {
    const name = `${scene.name} certificate`;
    const told = await deps.provisioning.askForCertificate(tx, {
      ...asked(scene),
      requestId: name,
    });
    if (!told.ok) return failed(scene, told.error);
    const serialBefore = await serialInUse(tx, place);
    evidence = { ...evidence, ...told.value, certificate: 'itself', serialBefore };
  }
  await scene.say({ what: 'running', step, evidence });
  return ok(undefined);
}

async function withRequest(scene: Scene, csrPem: string): Done {
  const wish = { ...asked(scene), csrPem, isClaim: false };
  const certified = await scene.deps.certifying.certify(scene.tx, wish);
  if (!certified.ok) return failed(scene, certified.error);
  const { serial } = certified.value;
  const words = `Certificate ${serial} is made: put it into the meter`;
  await scene.say({ what: 'running', step, evidence: { certificate: 'request', serial }, words });
  return ok(undefined);
}

async function failed(scene: Scene, code: SendRefusal): Done {
  await scene.say({ what: 'failed', step, words: problemOfSend(code).problem.detail });
  return ok(undefined);
}

const asked = (scene: Scene) => ({
  place: meterPlaceOf(scene.job),
  meterPan: String(stepNow(scene.steps, 'meter').evidence['meterPan']),
  by: { name: scene.by.name, role: 'operator' as const },
  atInstall: true,
  requestId: scene.name,
  reason: 'The meter’s install job',
});

/** Whether the server has anything by which the meter could come. */
async function mayCome({ tx, deps }: Scene, place: MeterPlace): Promise<boolean> {
  if (deps.linkAccepts !== 'certificate') return meterHasSecret(tx, place);
  return (await certificatesOf(tx, place)).some((each) => each.ended_at === null);
}

const certificatesOf = (tx: Tx, place: { readonly bucket: number; readonly meterId: string }) =>
  tx
    .selectFrom('meter_certificates')
    .select(['serial', 'first_used_at', 'ended_at', 'certificate'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .execute();

/** The certificate with which the meter comes now. */
export async function serialInUse(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
): Promise<string | null> {
  const all = await certificatesOf(tx, place);
  const used = all.find((each) => each.first_used_at !== null && each.ended_at === null);
  return used?.serial ?? null;
}

export async function certificateOf(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  serial: string,
): Promise<{ readonly isEnded: boolean; readonly der: Buffer } | null> {
  const row = (await certificatesOf(tx, place)).find((each) => each.serial === serial);
  return row === undefined ? null : { isEnded: row.ended_at !== null, der: row.certificate };
}
