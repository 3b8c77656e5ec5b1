// All scenarios, in the order in which they are run.

import type { Scenario } from '../scenario.ts';
import { keyChange, keyChangeCut, keyKinds } from './keys.ts';
import { linkKeys } from './link-keys.ts';
import { clock, cuts, linkLoss, powerCut, profile } from './power.ts';
import { friendlyHours, limit, lowCredit, switching, tamper } from './supply.ts';
import { credit, keypad, order, overflow, refusals, replay } from './tokens.ts';

export const scenarios: readonly Scenario[] = [
  credit,
  replay,
  order,
  refusals,
  keypad,
  overflow,
  keyChange,
  keyChangeCut,
  keyKinds,
  linkKeys,
  powerCut,
  ...cuts,
  clock,
  lowCredit,
  friendlyHours,
  limit,
  switching,
  tamper,
  profile,
  linkLoss,
];
