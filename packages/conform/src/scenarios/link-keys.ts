// Keys of the link itself, where its protocol can change them: one at a time in both orders, with a
// power cut between the two. The device ends with its own.

import { ask, does, passed, readState, type Scenario, type Step } from '../scenario.ts';

type Part = 'encryption' | 'authentication' | 'both';

const gives = (what: string, part: Part, to: 'own' | 'others', always?: true): Step => ({
  what,
  expected: 'taken, and proved by the device',
  clause: 'IEC 62056-5-3, security setup',
  ...(always === undefined ? {} : { always }),
  run: async (kit) => {
    const changed = await ask(kit, { kind: 'changeLinkKeys', part, to }, 'linkKeysChanged');
    return changed.ok ? passed('proved') : changed.seen;
  },
});

const isThere = (what: string): Step => ({
  what,
  expected: 'an answer',
  run: async (kit) => {
    const state = await readState(kit);
    return state.ok ? passed('answered') : state.seen;
  },
});

const cutBetween: readonly Step[] = [
  does({ kind: 'power', on: false }),
  does({ kind: 'wait', ms: 60_000 }),
  does({ kind: 'power', on: true }, { always: true }),
];

export const linkKeys: Scenario = {
  id: 'link-keys',
  title: 'Keys of the link change in both orders, and a power cut between two locks nobody out',
  why: 'A meter that nobody can speak to any more has to be fetched.',
  needs: ['readState', 'changeLinkKeys'],
  steps: () => [
    gives('Give it another encryption key', 'encryption', 'others'),
    ...cutBetween,
    isThere('Read it by the new encryption key and the old authentication key'),
    gives('Give it another authentication key', 'authentication', 'others'),
    isThere('Read it by both new keys'),
    gives('Give it its own authentication key back', 'authentication', 'own'),
    ...cutBetween,
    isThere('Read it by one of each'),
    gives('Give it its own encryption key back', 'encryption', 'own'),
    gives('Give it both of its own keys at once', 'both', 'own', true),
    isThere('Read it by its own keys'),
  ],
};
