// The people of a utility with its install jobs, over HTTP, and meters that answer as a test says.

import assert from 'node:assert/strict';
import {
  type InstallDetail,
  type InstallStep,
  installDetailSchema,
  problemSchema,
} from '@prewatt/api';
import type { CommandResult } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

export type Who = 'viewer' | 'operator' | 'administrator' | 'technician' | 'second' | 'neighbour';
const password = 'a long enough password';
export const base = '/api/operator/installs';
export let h: Harness;
let http: HttpHarness;
export let people: Record<Who, Visitor>;
let sequence = 0;

export async function openDesk(): Promise<void> {
  h = await createHarness();
  await h.services.upkeep();
  http = await createHttpHarness(h);
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  people = {
    viewer: await signedIn('viewer'),
    operator: await signedIn('operator'),
    administrator: await signedIn('administrator'),
    technician: await signedIn('technician'),
    second: await signedIn('technician', { name: 'second' }),
    neighbour: await signedIn('administrator', { utilityId, name: 'neighbour' }),
  };
}

export async function closeDesk(): Promise<void> {
  await http.close();
  await h.close();
}

async function signedIn(
  role: 'viewer' | 'operator' | 'administrator' | 'technician',
  o: { utilityId?: string; name?: string } = {},
): Promise<Visitor> {
  const email = `${o.name ?? role}@test.example`;
  await http.createOperator({ email, password, role, utilityId: o.utilityId ?? h.utilityId });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}

export const asked = () => ({ requestId: newTestUuid() });
export const opened = () => ({ ...asked(), technicianId: null, note: '', wasPostpaid: false });
export const detailOf = (answer: { body: string; statusCode: number }): InstallDetail => {
  assert.ok(answer.statusCode < 300, answer.body);
  return installDetailSchema.parse(JSON.parse(answer.body));
};
export const refusalOf = (answer: { body: string; statusCode: number }) => {
  assert.ok(answer.statusCode >= 400, answer.body);
  const { code, detail } = problemSchema.parse(JSON.parse(answer.body));
  return { code, detail };
};
export const stepOf = (job: InstallDetail, step: InstallStep) => {
  const view = job.stepViews.find((each) => each.step === step);
  assert.ok(view, `the job has the step ${step}`);
  return view;
};
export const newMeterJob = async (place: { connectionId: string }, who: Who = 'operator') => {
  const connectionId = idFromUuid('connection', place.connectionId);
  const answer = await people[who].postJson(base, { ...opened(), kind: 'newMeter', connectionId });
  return detailOf(answer);
};
export const bringable = {
  meterPan: null,
  encryptionAlgorithm: 'ea07',
  supplyGroupCode: '123456',
  tariffIndex: '01',
  keyRevision: 1,
  hasLink: false,
  secretSha256: null,
};
export const act = (who: Who, job: InstallDetail, body: object) =>
  people[who].postJson(`${base}/${job.installId}/acts`, { ...asked(), ...body });
export const take = async (job: InstallDetail) =>
  detailOf(await people.technician.postJson(`${base}/${job.installId}/take`, asked()));
export const does = async (job: InstallDetail, body: object) =>
  detailOf(await act('technician', job, body));
export const now = async (job: InstallDetail) => {
  h.clock.nowMs += 1_000;
  await h.services.upkeep();
  return detailOf(await people.technician.get(`${base}/${job.installId}`));
};

/** Answers the command that was sent last, as a meter would. */
export async function meterAnswers(
  meterPan: string,
  kind: string,
  result: CommandResult,
): Promise<void> {
  await h.services.upkeep();
  const sent = h.sent.findLast(
    (each) => each.meterPan === meterPan && each.message.kind === 'command',
  )?.message;
  assert.ok(sent?.kind === 'command' && sent.action.kind === kind, `${kind} was sent`);
  sequence += 1;
  h.clock.nowMs += 1_000;
  await h.fromMeter(meterPan, {
    kind: 'commandResult',
    sequence,
    commandId: sent.commandId,
    completedAtMs: h.clock.nowMs,
    result,
  });
}

export async function meterStates(meterPan: string, watts: number): Promise<void> {
  h.clock.nowMs += 1_000;
  await h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(5_000),
      powerW: powerW(watts),
      importEnergyWh: energyWh(123_400),
      creditedEnergyWh: energyWh(0),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
    },
  });
}

export async function registerReported(meterPan: string, wh: number): Promise<void> {
  sequence += 1;
  await h.fromMeter(meterPan, {
    kind: 'registers',
    sequence,
    capturedAtMs: h.clock.nowMs,
    cause: 'readNow',
    values: [{ register: 'importEnergyWh', value: energyWh(wh) }],
  });
}
