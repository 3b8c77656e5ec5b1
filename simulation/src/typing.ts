// Tokens that customers have read on their phones and type at the meter: some with a wrong digit,
// twice or in another order.

import type { CustomerFaults } from './faults.ts';
import type { Random } from './random.ts';
import type { TownHome } from './utility.ts';

export type Typing = {
  /** Reads the messages that came since the last time. */
  readonly readPhones: (faults: CustomerFaults) => void;
  /** The next token that this customer types. */
  readonly next: (home: TownHome) => string | undefined;
};

export function createTyping(o: {
  readonly homes: readonly TownHome[];
  readonly sms: readonly { readonly to: string; readonly text: string }[];
  readonly randomOf: (home: TownHome) => Random;
}): Typing {
  const slips = new Map<TownHome, string[]>();
  const homeOfPhone = new Map(o.homes.map((home) => [home.phone, home]));
  let readMessages = 0;
  return {
    readPhones: (faults) => {
      for (const message of o.sms.slice(readMessages)) {
        const home = homeOfPhone.get(message.to);
        const tokens = [...message.text.matchAll(/\b(?:\d{4} ){4}\d{4}\b/g)].map(([token]) =>
          token.replaceAll(' ', ''),
        );
        if (home === undefined || tokens.length === 0) continue;
        const random = o.randomOf(home);
        const mustType = home.traits.hasNoLink === true;
        if (!mustType && !random.chance(faults.typeToken)) continue;
        const slip = slips.get(home) ?? [];
        for (const token of tokens) {
          if (random.chance(faults.mistype)) slip.push(mistyped(token, random));
          slip.push(token);
          if (random.chance(faults.typeTwice)) slip.push(token);
        }
        if (random.chance(faults.shuffle)) slip.reverse();
        slips.set(home, slip);
      }
      readMessages = o.sms.length;
    },
    next: (home) => slips.get(home)?.shift(),
  };
}

/** The token with one digit changed. */
function mistyped(token: string, random: Random): string {
  const at = random.integer(1, 19);
  const digit = (Number(token[at]) + random.integer(1, 9)) % 10;
  return token.slice(0, at) + digit + token.slice(at + 1);
}
