// The steps of a job as its history tells them: which a job has, which come before which, and how
// each stands. Pure: what is done about them is elsewhere.

import type { InstallKind, InstallStep, InstallStepState } from '@prewatt/api';
import { installSteps } from '@prewatt/api';
import type { ColumnValue } from '../../base/column-value.ts';

const ofExchanges: readonly InstallStep[] = ['oldMeter', 'exchange', 'carryOver'];

export const stepsOf = (kind: InstallKind): InstallStep[] =>
  installSteps.filter((step) => kind === 'exchange' || !ofExchanges.includes(step));

/** Those that a job does not have count as done. */
const before: Readonly<Record<InstallStep, readonly InstallStep[]>> = {
  oldMeter: [],
  meter: ['oldMeter'],
  exchange: ['meter'],
  link: ['meter', 'exchange'],
  carryOver: ['exchange', 'link'],
  testToken: ['meter', 'exchange', 'link'],
  remoteRead: ['meter', 'exchange', 'link'],
  switchOpen: ['meter', 'exchange', 'link', 'carryOver'],
  switchClose: ['switchOpen'],
  load: ['switchClose'],
  startReading: ['meter', 'exchange'],
};

export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

export type StepEvent = {
  readonly ordinal: number;
  readonly what: ColumnValue<'install_events', 'what'>;
  readonly step: InstallStep | null;
  readonly evidence: Evidence;
  readonly words: string | null;
  readonly byName: string | null;
  readonly at: number;
};

export type StepNow = {
  readonly step: InstallStep;
  readonly state: InstallStepState;
  readonly tries: number;
  readonly last: StepEvent | null;
  /** When the present try began; null while none runs. */
  readonly startedAt: number | null;
  /** All that the present or last try rests on. */
  readonly evidence: Evidence;
};

/** How each step of the job stands after these events, oldest first. */
export function stepsNow(
  steps: readonly InstallStep[],
  events: readonly StepEvent[],
): readonly StepNow[] {
  return steps.map((step) => {
    let now: StepNow = {
      step,
      state: 'notStarted',
      tries: 0,
      last: null,
      startedAt: null,
      evidence: {},
    };
    for (const event of events) if (event.step === step) now = next(now, event);
    return now;
  });
}

function next(now: StepNow, event: StepEvent): StepNow {
  const goesOn = now.state === 'running';
  const state = event.what as InstallStepState;
  return {
    step: now.step,
    state,
    tries: goesOn ? now.tries : now.tries + 1,
    last: event,
    startedAt: state === 'running' ? (goesOn ? now.startedAt : event.at) : null,
    evidence: goesOn ? { ...now.evidence, ...event.evidence } : event.evidence,
  };
}

export const isDone = (now: StepNow): boolean => now.state === 'passed' || now.state === 'skipped';

export const openSteps = (all: readonly StepNow[]): InstallStep[] =>
  all.filter((now) => !isDone(now)).map((now) => now.step);

/** What of this job has to be done before the step. */
export const stepsBefore = (all: readonly StepNow[], step: InstallStep): InstallStep[] =>
  openSteps(all).filter((open) => before[step].includes(open));
