// Street lights: when they burn, how brightly, what they use, and what is wrong with them.

export {
  type CircuitRules,
  circuitIn,
  circuitStretches,
  undimmableOf,
} from './circuit.ts';
export { energySince } from './counting.ts';
export { type Standing, type StandingAsked, standingOf } from './credit.ts';
export { expectedWh, type LampPower, nightsLeftTenths, powerAt } from './energy.ts';
export { faultOf, type Judged, type LampFault, type LampReading, lampFaults } from './faults.ts';
export {
  type CreditRules,
  type DueStretch,
  dueStretches,
  type LevelAsked,
  type LevelCause,
  type LevelDue,
  lateAfterMs,
  levelDueAt,
  levelIn,
  type Override,
} from './level.ts';
export { type Night, type NightAsked, nightDateAt, nightOf, type Stretch } from './night.ts';
export {
  allWeekdays,
  checkProgramme,
  type DimProgramme,
  type DimStep,
  type LightMoment,
  mostOffsetMinutes,
  mostPlans,
  mostSteps,
  type NightPlan,
  type ProgrammeFault,
  planOf,
} from './programme.ts';
export { type Place, type Sun, sunOn } from './sun.ts';
export { type LampKind, type YearOfLamps, yearOf } from './year.ts';
