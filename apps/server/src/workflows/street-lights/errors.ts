// Every way in which something about street lights is refused, with its status and words.

import type { ProgrammeFault } from '@prewatt/street-light';
import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks of each act. */
export type LightRefusal =
  | 'requestIdReused'
  | 'notLighting'
  | 'closed'
  | 'meteredOtherwise'
  | 'notAllowed'
  | 'badList'
  | 'programmeFault'
  | 'unknownProgramme'
  | 'unknownGroup'
  | 'unknownLamp'
  | 'endpointTaken'
  | 'endsTooSoon'
  | 'endsTooLate'
  | 'unknownOverride'
  | 'noContactor';

export const problemOfLight = problemsOf<LightRefusal>({
  requestIdReused,
  notLighting: [409, 'This connection is no lighting account yet: open it first.'],
  closed: [409, 'This lighting account is closed: open it again first.'],
  meteredOtherwise: [
    409,
    'What counts the energy of an account is not changed while it is open: close it, and open it again.',
  ],
  notAllowed: [403, 'Only an administrator may open or close a lighting account.'],
  badList: [422, 'The list of lamps cannot be used.'],
  programmeFault: [422, 'The dim programme cannot be used.'],
  unknownProgramme: [409, 'There is no dim programme of this name.'],
  unknownGroup: [409, 'There is no group of this name.'],
  unknownLamp: [409, 'There is no lamp of this name.'],
  endpointTaken: [409, 'This endpoint name cannot be used here; look at what the device sends.'],
  endsTooSoon: [422, 'The override ends before it begins: give an end that is ahead.'],
  endsTooLate: [422, 'An override holds for 31 days at most; change the programme instead.'],
  unknownOverride: [409, 'That override is over, or is none of this account.'],
  noContactor: [
    409,
    'A circuit is switched by a meter of the account’s own: lamps that are summed have none.',
  ],
});

export const programmeWords: Readonly<Record<ProgrammeFault, string>> = {
  noPlan: 'A programme needs a plan.',
  tooManyPlans: 'A programme has 12 plans at most.',
  tooManySteps: 'A night has 12 steps at most.',
  level: 'A level is a whole number from 0 to 100 per cent.',
  minute: 'A time of the clock is a minute of the day.',
  offset: 'An offset to the sun is 180 minutes at most.',
  weekday: 'Weekdays are numbers from 1 (Monday) to 7, and a plan needs one.',
  season: 'A season goes from one day of the year to another, as MM-DD.',
  onByMorning: 'Lamps come on by the clock or by sunset.',
  offByEvening: 'Lamps go off by the clock or by sunrise.',
  nightWithoutPlan: 'Each weekday needs a plan that holds all the year; put it last.',
};
