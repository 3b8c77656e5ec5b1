import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Data } from '@prewatt/dlms';
import { err, ok } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { DlmsSession } from './session.ts';
import { moveSwitch } from './tasks.ts';

const none = { power: null, clock: null, limiter: null, gateway: null, account: null };
const model: DlmsModel = {
  ...{ ...none, registers: [], credits: [], charges: [], profile: null, securitySetup: null },
  ...{ calendar: null, specialDays: null, disconnector: '0.0.96.3.10.255' },
};

/** A meter that opens at the words `opensAt` only, and what it was told. */
async function opened(opensAt: readonly number[], forSafety: boolean) {
  const told: unknown[] = [];
  let isOpen = false;
  const ask: DlmsSession['ask'] = async (request) => {
    if (request.kind === 'action') {
      const { parameters } = request;
      const word = parameters?.type === 'integer' ? parameters.value : null;
      told.push(word);
      isOpen ||= word !== null && opensAt.includes(word);
      const result = isOpen ? 'success' : 'readWriteDenied';
      return ok({ kind: 'done', results: [{ result, returned: null }] });
    }
    const value: Data = { type: 'enum', value: isOpen ? 0 : 1 };
    return ok({ kind: 'read', results: [ok(value)] });
  };
  const session: DlmsSession = {
    ...{ ask, open: async () => err('noAnswer'), release: async () => undefined },
    takesLists: () => false,
  };
  const result = await moveSwitch({ session, model }, { kind: 'switch', to: 'open', forSafety });
  return { told, result };
}

test('a cut for safety is said so to a meter whose rules forbid it, and to no other', async () => {
  const open = { kind: 'switched', loadSwitch: 'disconnected' };
  assert.deepEqual(await opened([1], true), { told: [0, 1], result: open });
  assert.deepEqual(await opened([0], true), { told: [0], result: open });
  assert.deepEqual(await opened([1], false), {
    ...{ told: [0], result: { kind: 'refused', reason: 'protected' } },
  });
  assert.deepEqual(await opened([], true), {
    ...{ told: [0, 1], result: { kind: 'refused', reason: 'protected' } },
  });
});
