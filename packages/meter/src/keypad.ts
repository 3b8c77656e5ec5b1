// What a person types: 20 digits are a token, three digits from 800 on are a short code that shows
// a page or does one thing. Short codes are no guesses: they do not count towards the lock-out.

import { releaseReserve, type Selection, selectEmergency } from './credits.ts';
import { isPage } from './pages.ts';
import type { Draft } from './state.ts';
import type { StoredOutcome } from './stored.ts';
import { settleSupply } from './supply.ts';
import { closeByHand, openFor } from './switch.ts';
import { enterToken } from './tokens.ts';

/** Short codes that do something; those that show are in pages.ts. */
export const actCodes = {
  selectEmergency: '890',
  releaseReserve: '891',
  switchOff: '898',
  switchOn: '899',
} as const;

/** A token's outcome, or null for a short code, whose answer is on the display. */
export function enterDigits(draft: Draft, digits: string): StoredOutcome | null {
  const page = digits.trim();
  if (isPage(page)) {
    draft.asked = { atMs: draft.atMs, pages: [page] };
    return null;
  }
  switch (page) {
    case actCodes.selectEmergency:
      answer(draft, emergencyAnswers[selectEmergency(draft)]);
      settleSupply(draft);
      return null;
    case actCodes.releaseReserve:
      answer(draft, releaseReserve(draft) ? 'reserveTaken' : 'noReserve');
      settleSupply(draft);
      return null;
    case actCodes.switchOff:
      answer(draft, openFor(draft, 'hand') ? 'switchedOff' : 'noHandSwitch');
      return null;
    case actCodes.switchOn:
      settleSupply(draft);
      closeByHand(draft);
      answer(draft, draft.loadSwitch === 'connected' ? 'switchedOn' : 'staysOff');
      return null;
    default:
      return enterToken(draft, digits, 'keypad');
  }
}

const emergencyAnswers: { readonly [S in Selection]: string } = {
  selected: 'emergencyTaken',
  notOffered: 'emergencyNotOffered',
  notLow: 'emergencyNotLow',
  usedUp: 'emergencyUsedUp',
};

function answer(draft: Draft, code: string): void {
  draft.asked = { atMs: draft.atMs, pages: [code] };
}
