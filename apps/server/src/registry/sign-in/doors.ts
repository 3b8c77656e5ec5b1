// How often a password or a code may be tried, and how often a code is sent. Each person has a
// count, so that many addresses do not help who guesses; each address has one, so that many names
// do not. A person who signed in from an address lately has a separate count there, so that
// strangers who guess do not lock them out at their usual address.

import { signInApi, signInRoot } from '@prewatt/api';
import { type Brake, type Brakes, cap, clientOf, hidden } from './brakes.ts';

export const signInPath = signInApi.withPassword.path.slice(signInRoot.length);

const hour = 3_600;
const day = 24 * hour;

/** Some thirty guesses a day. */
const passwordsOfPerson: Brake = {
  ...{ free: 5, waitSeconds: 30, longestWaitSeconds: hour, forgetSeconds: day, slides: true },
};
const passwordsOfAddress: Brake = {
  ...{ free: 30, waitSeconds: 10, longestWaitSeconds: 300, forgetSeconds: 900, slides: true },
};
/** Beside five tries for each code. */
const guesses: Brake = {
  ...{ free: 3, waitSeconds: 10, longestWaitSeconds: hour, forgetSeconds: day, slides: true },
};
const guessesADay = cap(20, day);
/** Of codes that nobody used. */
const codes: Brake = {
  ...{ free: 5, waitSeconds: 60, longestWaitSeconds: hour, forgetSeconds: 4 * hour, slides: true },
};
const codesADay = cap(15, day);
/** Phones of one carrier share an address. */
const codesOfAddress = cap(200, hour);

type Count = { readonly key: string; readonly brake: Brake };

/** Waits are in seconds; null is none. */
export type Doors = ReturnType<typeof createDoors>;

export function createDoors(brakes: Brakes) {
  return {
    ...passwordDoor(brakes),
    ...codeDoor(brakes),
    invitations: invitationDoor(brakes),

    /** From now on this address is a usual place of theirs. */
    remember: async (who: string, address: string): Promise<void> =>
      brakes.remember((await personOf(brakes, who, address)).here),
  };
}

async function take(brakes: Brakes, counts: readonly Count[]): Promise<number | null> {
  for (const { key, brake } of counts) {
    const wait = await brakes.take(key, brake);
    if (wait !== null) return wait;
  }
  return null;
}

/** The name under which somebody counts who comes from here. */
async function personOf(brakes: Brakes, who: string, address: string) {
  const client = clientOf(address);
  const here = `${hidden(who)}|${client}`;
  const isKnown = await brakes.isKnown(here);
  return { client, here, isKnown, name: isKnown ? here : hidden(who) };
}

function passwordDoor(brakes: Brakes) {
  const countsOf = async (email: string, address: string): Promise<readonly Count[]> => {
    const { client, name, isKnown } = await personOf(brakes, email, address);
    const ofPerson = { key: `password|${name}`, brake: passwordsOfPerson };
    if (isKnown) return [ofPerson];
    return [{ key: `password-address|${client}`, brake: passwordsOfAddress }, ofPerson];
  };
  return {
    tryPassword: async (email: string, address: string): Promise<number | null> =>
      take(brakes, await countsOf(email, address)),

    passwordWasRight: async (email: string, address: string): Promise<void> => {
      const [first, second] = await countsOf(email, address);
      await brakes.release([(second ?? first)?.key ?? '']);
      if (first !== undefined && second !== undefined) {
        await brakes.giveBack(first.key, first.brake);
      }
    },

    /** Whoever keeps the database gave another password. */
    releasePassword: (email: string): Promise<void> =>
      brakes.release([`password|${hidden(email)}`]),
  };
}

function codeDoor(brakes: Brakes) {
  return {
    askCode: async (phone: string, address: string): Promise<number | null> => {
      const { client, name } = await personOf(brakes, phone, address);
      return take(brakes, [
        { key: `codes|${name}`, brake: codes },
        { key: `codes-a-day|${name}`, brake: codesADay },
        { key: `codes-address|${client}`, brake: codesOfAddress },
      ]);
    },

    /** Of a whole utility: `homes` bounds how many codes that nobody used it pays for. */
    sendCode: (utilityId: string, homes: number): Promise<number | null> =>
      take(brakes, codesOfUtility(utilityId, homes)),

    tryCode: async (phone: string, address: string): Promise<number | null> => {
      const { name } = await personOf(brakes, phone, address);
      return take(brakes, [
        { key: `guesses|${name}`, brake: guesses },
        { key: `guesses-a-day|${name}`, brake: guessesADay },
      ]);
    },

    codeWasRight: async (
      phone: string,
      address: string,
      utility: { readonly utilityId: string; readonly homes: number } | null,
    ): Promise<void> => {
      const { client, name } = await personOf(brakes, phone, address);
      await brakes.release([`guesses|${name}`, `guesses-a-day|${name}`, `codes|${name}`]);
      await brakes.giveBack(`codes-a-day|${name}`, codesADay);
      await brakes.giveBack(`codes-address|${client}`, codesOfAddress);
      if (utility === null) return;
      for (const { key, brake } of codesOfUtility(utility.utilityId, utility.homes)) {
        await brakes.giveBack(key, brake);
      }
    },
  };
}

/** Codes of invitations: each invitation has a count of its own, whoever tries. */
const invitationDoor = (brakes: Brakes) => ({
  tryCode: (invitationId: string): Promise<number | null> =>
    take(brakes, [
      { key: `invitation|${invitationId}`, brake: guesses },
      { key: `invitation-a-day|${invitationId}`, brake: guessesADay },
    ]),

  codeWasRight: (invitationId: string): Promise<void> =>
    brakes.release([`invitation|${invitationId}`, `invitation-a-day|${invitationId}`]),
});

const codesOfUtility = (utilityId: string, homes: number): readonly Count[] => [
  { key: `codes-utility-hour|${utilityId}`, brake: cap(hourlyCodesOf(homes), hour) },
  { key: `codes-utility-day|${utilityId}`, brake: cap(5 * hourlyCodesOf(homes), day) },
];

const hourlyCodesOf = (homes: number): number => Math.max(200, Math.ceil(homes / 10));
