// What a technician does, step by step. A refusal writes nothing; what is found wrong at the home
// is a failed try, which stays, and the step can be tried again.

import {
  type CommandBody,
  type InstallAct,
  type InstallStep,
  installStepNames,
} from '@prewatt/api';
import { err, formatKwh, ok, type Result } from '@prewatt/quantities';
import { problemOfSend } from '../../metering/headend/index.ts';
import { grantRefusals } from '../../money/grants/index.ts';
import type { InstallRefusal } from './errors.ts';
import { askExchange } from './exchange.ts';
import { identify } from './identify.ts';
import { meterPlaceOf, placeOfJob, type Scene, stepNow } from './job-context.ts';
import { link } from './link.ts';
import { deliveriesOf, meterState, tokensOfGrant } from './meter-facts.ts';
import { isDone, stepsBefore } from './steps.ts';

/** The register on the display and the one reported may differ by what its last digit hides. */
const displayToleranceWh = 1_000n;
/** The standard's test of the display; it leaves the switch alone. */
const displayTest = [2];

type Done = Promise<Result<void, InstallRefusal>>;
const done = ok(undefined);
const no = (code: InstallRefusal['code'], steps?: readonly InstallStep[]) =>
  err<InstallRefusal>(steps === undefined ? { code } : { code, steps });

export function stepOf(action: InstallAct): InstallStep {
  switch (action.act) {
    case 'oldMeter':
    case 'link':
    case 'load':
    case 'startReading':
      return action.act;
    case 'identify':
      return 'meter';
    case 'display':
      return 'remoteRead';
    default:
      return action.step;
  }
}

export async function takeStep(scene: Scene, action: InstallAct): Done {
  const step = stepOf(action);
  if (!scene.job.steps.includes(step)) return no('stepNotPart');
  const now = stepNow(scene.steps, step);
  if (isDone(now)) return no('stepDone', [step]);
  if (action.act === 'fail') return fail(scene, step, action.reason);
  const first = stepsBefore(scene.steps, step);
  if (first.length > 0) return no('stepsBefore', first);
  const goesOn = action.act === 'display' || action.act === 'confirm';
  if (now.state === 'running' && !goesOn) return no('stepRunning', [step]);
  switch (action.act) {
    case 'oldMeter':
      return oldMeter(scene, action);
    case 'identify':
      return identify(scene, action);
    case 'link':
      return link(scene, action);
    case 'start':
      return start(scene, action.step);
    case 'load':
      return load(scene, action);
    case 'confirm':
      return confirm(scene, action);
    case 'display':
      return display(scene, BigInt(action.importEnergyWh));
    case 'startReading':
      await scene.say({
        what: 'passed',
        step,
        evidence: { importEnergyWh: action.importEnergyWh, note: action.note },
        words: `${kwh(action.importEnergyWh)}${action.note === '' ? '' : `. ${action.note}`}`,
      });
      return done;
  }
}

const kwh = (energyWh: string | bigint): string => `${formatKwh(BigInt(energyWh))} kWh`;

async function oldMeter(scene: Scene, action: Extract<InstallAct, { act: 'oldMeter' }>): Done {
  const { leftEnergyWh, creditedEnergyWh, importEnergyWh } = action;
  const words = [
    leftEnergyWh === null
      ? 'Credit could not be read; its last report counts'
      : `Credit left ${kwh(leftEnergyWh)}`,
    importEnergyWh === null ? 'register not readable' : `register ${kwh(importEnergyWh)}`,
  ].join(', ');
  const evidence = { leftEnergyWh, creditedEnergyWh, importEnergyWh };
  await scene.say({ what: 'passed', step: 'oldMeter', evidence, words });
  return done;
}

type Started = Extract<InstallAct, { act: 'start' }>['step'];

async function start(scene: Scene, step: Started): Done {
  switch (step) {
    case 'exchange':
      await askExchange(scene);
      return done;
    case 'testToken':
      return startTestToken(scene);
    case 'carryOver': {
      const { tx, deps, by, nowMs } = scene;
      const grantId = String(stepNow(scene.steps, 'exchange').evidence['grantId']);
      await deps.grants.recordView(tx, {
        grantId,
        operatorId: by.operatorId,
        at: new Date(nowMs),
      });
      await scene.say({ what: 'running', step, evidence: { grantId } });
      return done;
    }
    default:
      if (!scene.job.has_link) return no('observeInstead');
      return command(scene, step, {
        remoteRead: { kind: 'readNow' },
        switchOpen: { kind: 'switchOpen', cause: 'maintenance' },
        switchClose: { kind: 'switchClose' },
      } as const);
  }
}

/** Sends the step's command; what the head-end refuses is a failed try. */
async function command<S extends InstallStep>(
  scene: Scene,
  step: S,
  wishes: Readonly<Record<S, object>>,
  evidence: Readonly<Record<string, number>> = {},
): Done {
  const { tx, deps, job, by, utility } = scene;
  const place = meterPlaceOf(job);
  const state = await meterState(tx, place);
  const read = await deps.lastReading(tx, place);
  const sent = await deps.sending.send(tx, {
    place,
    // The job gives a technician just these commands.
    by: { name: by.name, role: 'operator' },
    ofJob: true,
    body: {
      ...wishes[step],
      requestId: scene.name,
      reason: `Install job: ${installStepNames[step].toLowerCase()}`,
    } as CommandBody & { requestId: string },
    zone: utility.zone,
    protection: utility.protectionRules,
  });
  if (!sent.ok) {
    const words =
      sent.error === 'protected'
        ? await deps.sending.protectedText(tx, {
            ...{ place, zone: utility.zone, protection: utility.protectionRules },
          })
        : problemOfSend(sent.error).problem.detail;
    await scene.say({ what: 'failed', step, words });
    return done;
  }
  const { commandId } = sent.value;
  // What the meter says next is newer than this, whatever its clock shows.
  const before = {
    stateBeforeMs: state?.captured_at ?? 0,
    readBeforeMs: read?.readAtMs ?? 0,
  };
  await scene.say({ what: 'running', step, evidence: { ...evidence, ...before, commandId } });
  return done;
}

async function startTestToken(scene: Scene): Done {
  const { tx, deps, job, by } = scene;
  const issued = await deps.grants.issue(tx, {
    place: placeOfJob(job),
    requestId: scene.name,
    what: { kind: 'test', tests: displayTest },
    reason: 'Install job: test of the keypad and display',
    requestedBy: by.operatorId,
    approvalId: null,
  });
  if (!issued.ok) {
    const words = grantRefusals[issued.error][1];
    await scene.say({ what: 'failed', step: 'testToken', words });
    return done;
  }
  const { grantId } = issued.value;
  await scene.say({ what: 'running', step: 'testToken', evidence: { grantId } });
  return done;
}

async function load(scene: Scene, action: Extract<InstallAct, { act: 'load' }>): Done {
  const { lowW, highW } = action;
  if (lowW >= highW) return no('loadBounds');
  if (!scene.job.has_link) return no('observeInstead');
  return command(scene, 'load', { load: { kind: 'readNow' } }, { lowW, highW });
}

async function confirm(scene: Scene, action: Extract<InstallAct, { act: 'confirm' }>): Done {
  const { step, isRight, saw } = action;
  const now = stepNow(scene.steps, step);
  const isToken = step === 'testToken' || step === 'carryOver';
  if (!isToken && scene.job.has_link) return no('meterProves');
  if (isToken && now.state !== 'running') return no('stepNotRunning', [step]);
  if (isToken) await endToken(scene, { grantId: String(now.evidence['grantId']), isRight });
  const words = isRight ? `Seen there: ${saw}` : saw;
  await scene.say({ what: isRight ? 'passed' : 'failed', step, evidence: { saw }, words });
  return done;
}

/** Its delivery is over; a token that was taken at the keypad is settled as one. */
async function endToken(
  { tx, deps, job, by, nowMs }: Scene,
  o: { readonly grantId: string; readonly isRight: boolean },
): Promise<void> {
  const place = meterPlaceOf(job);
  for (const token of await tokensOfGrant(tx, { ...place, grantId: o.grantId })) {
    const isTest = token.kind === 'test';
    if (o.isRight && token.state !== 'accepted') {
      await deps.tokenTaken(tx, place, {
        tokenRef: token.id,
        lastFour: null,
        origin: 'keypad',
        atMs: nowMs,
        outcome: {
          result: 'accepted',
          effect: isTest ? 'test' : 'credit',
          tid: token.tid,
          creditedEnergyWh: 0n as never,
        },
      });
    }
    // Credit that could not be typed still goes by wire.
    if (!o.isRight && !isTest) continue;
    for (const commandId of await deliveriesOf(tx, { ...place, tokenId: token.id })) {
      const asked = { by: by.name, reason: 'It was typed at the meter' };
      await deps.commands.cancel(tx, { ...place, commandId }, asked);
    }
  }
}

/** Blind: the technician says what they read before the page says what was reported. */
async function display(scene: Scene, shownWh: bigint): Done {
  const now = stepNow(scene.steps, 'remoteRead');
  const reported = now.evidence['registerWh'];
  if (now.state !== 'running' || reported === undefined || reported === null) {
    return no('stepNotRunning', ['remoteRead']);
  }
  const reportedWh = BigInt(String(reported));
  const differenceWh = shownWh > reportedWh ? shownWh - reportedWh : reportedWh - shownWh;
  const isRight = differenceWh <= displayToleranceWh;
  await scene.say({
    what: isRight ? 'passed' : 'failed',
    step: 'remoteRead',
    evidence: { displayWh: shownWh.toString() },
    words: isRight
      ? `Display ${kwh(shownWh)}, reported ${kwh(reportedWh)}`
      : `The display shows ${kwh(shownWh)}, the meter reported ${kwh(reportedWh)}. Is it this meter?`,
  });
  return done;
}

async function fail(scene: Scene, step: InstallStep, reason: string): Done {
  const now = stepNow(scene.steps, step);
  const runs = now.state === 'running';
  if (runs && step === 'exchange') return no('officeDecides');
  if (!runs) {
    const first = stepsBefore(scene.steps, step);
    if (first.length > 0) return no('stepsBefore', first);
  }
  if (runs) await takeBack(scene, now.evidence, reason);
  await scene.say({ what: 'failed', step, words: reason });
  return done;
}

/** What the try asked of the meter and what has not ended yet. */
export async function takeBack(
  { tx, deps, job, by }: Scene,
  evidence: Readonly<Record<string, unknown>>,
  reason: string,
): Promise<void> {
  const place = placeOfJob(job);
  const { commandId } = evidence;
  if (typeof commandId !== 'string') return;
  await deps.commands.cancel(tx, { ...place, commandId }, { by: by.name, reason });
}
