// A cheap phone before the door of a gateway: types in sessions of USSD, writes texts, and pays
// what it is asked for.

import assert from 'node:assert/strict';
import { segmentText } from '@prewatt/rails';
import { createGateways, type TextMessage } from '../src/messaging/gateways/index.ts';
import { createHarness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import { createWorld } from './provider-worlds.ts';

export const secret = 'made-up-secret-of-the-tests-01';
export const door = `/api/messages/africas-talking/${secret}`;

/** What any gateway was asked to send at once is kept. */
async function serverOfPhones() {
  const world = createWorld('daraja');
  const handed: TextMessage[] = [];
  const [gateway] = createGateways(
    [
      {
        ...{ kind: 'africasTalking', name: 'africas-talking', baseUrl: 'https://at.example' },
        ...{ username: 'prewatt', apiKey: 'made-up-api-key', from: null, callbackSecret: secret },
      },
    ],
    {
      ...{ publicUrl: 'http://localhost:7070', chance: () => 0.5 },
      fetch: async () => new Response('away', { status: 429 }),
    },
  );
  assert.ok(gateway);
  const send: typeof gateway.send = (message) => {
    handed.push(message);
    return gateway.send(message);
  };
  const h = await createHarness({
    ...{ realProvider: world.provider, currency: world.currency },
    gateways: [{ ...gateway, send }],
  });
  return { h, world, handed, http: await createHttpHarness(h) };
}

export type PhoneHarness = Awaited<ReturnType<typeof createPhoneHarness>>;

export async function createPhoneHarness() {
  const { h, world, handed, http } = await serverOfPhones();
  let sessions = 0;
  let texts = 0;
  /** They are of the database's own clock. */
  const countsAreOver = () =>
    h.owner.directories
      .updateTable('use_count_directory')
      .set({ from_at: new Date(Date.now() - 2 * 86_400_000) })
      .execute();

  const post = (path: string, form: Record<string, string>) =>
    http.app.inject({
      ...{ method: 'POST', url: path, payload: new URLSearchParams(form).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  /** Types the answers one after the other in a session; the last screen. */
  async function dial(answers: readonly string[], from = world.phone): Promise<string> {
    sessions += 1;
    // Whatever was left open before is not offered any more.
    h.clock.nowMs += 601_000;
    const form = { sessionId: `s${sessions}`, serviceCode: '*384#', phoneNumber: from };
    let screen = '';
    for (let i = 0; i <= answers.length; i += 1) {
      const said = await post(`${door}/ussd`, { ...form, text: answers.slice(0, i).join('*') });
      assert.equal(said.statusCode, 200, said.body);
      screen = said.body;
      assert.ok(segmentText(screen.slice(4)).units <= 182 && /^(CON|END) /.test(screen), screen);
    }
    return screen;
  }
  /** Writes a text; the answers that were queued for it. */
  async function write(text: string, o: { from?: string; id?: string } = {}): Promise<string[]> {
    texts += 1;
    const id = o.id ?? `text-${texts}`;
    const known = (await answers()).length;
    const form = { from: o.from ?? world.phone, to: '22345', text, id };
    assert.equal((await post(`${door}/texts`, form)).statusCode, 200);
    return (await answers()).slice(known);
  }
  const answers = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const rows = await tx
        .selectFrom('messages')
        .select('text')
        .where('kind', '=', 'answer')
        .orderBy('id')
        .execute();
      return rows.map(({ text }) => text);
    });
  const payments = () =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('payments')
        .select(['payer_phone', 'amount_minor', 'state'])
        .orderBy('id')
        .execute(),
    );
  const pay = async () => {
    world.decide('paid');
    h.clock.nowMs += 120_000;
    await h.services.payments.checkOpen(h.utilityId);
  };
  const close = async () => {
    await http.close();
    await h.close();
  };
  return {
    h,
    http,
    world,
    handed,
    countsAreOver,
    post,
    dial,
    write,
    answers,
    payments,
    pay,
    close,
  };
}
