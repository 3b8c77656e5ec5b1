// Smart cards from the sale to the meter and back, through Debian's pcscd and the virtual reader of
// vsmartcard: a clerk sells, our bridge reads and writes our virtual cards by PC/SC, a virtual
// meter takes them, and its report comes home to the till.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  cardPurpose,
  cpuKeyOf,
  createVirtualCpuCard,
  createVirtualMemoryCard,
  newCard,
  pscOf,
} from '@prewatt/card';
import { idFromUuid } from '@prewatt/quantities';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import { createHarness, type Harness, testVendingKey } from '../harness.ts';
import { createHttpHarness, publicUrl, Visitor } from '../http-harness.ts';
import { addClerk, phoneOfClerk } from '../till-harness.ts';
import { createVendor } from '../vendor-harness.ts';
import { startVirtualMeters } from '../virtual-meters.ts';
import { startProgram, until } from './programs.ts';
import { insertCard, type VirtualCard } from './vpcd.ts';

const socket = '/run/pcscd/pcscd.comm';
/** Of the first virtual reader. */
const vpcdPort = 35_963;
const command = new URL('../../../cli/src/main.ts', import.meta.url).pathname;
/** As a reader gives it for an SLE4442; and the shortest of a CPU card. */
const resets = { memory: '3b04a2131091', cpu: '3b80800101' } as const;
type Medium = keyof typeof resets;

type Card = VirtualCard & { readonly image: () => Uint8Array };
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (image: Uint8Array) => Buffer.from(image).toString('hex');

function cardKeyOf(meterPan: string): Uint8Array {
  const vending = vendingKeyFromBytes(testVendingKey.bytes);
  assert.ok(vending.ok);
  const derived = deriveDecoderKey(vending.value, {
    ...{ dkga: 'dkga02', meterPan, ea: 'ea07', keyType: 2, baseDate: 14 },
    ...{ supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1 },
  });
  assert.ok(derived.ok);
  return purposeKey(derived.value, cardPurpose);
}

/** As the script of a shop's page does. */
function createPage(phone: Visitor, bridgeUrl: string, code: string) {
  const ask = async (path: string, body: object = {}) => {
    const headers = { origin: publicUrl, authorization: `Bearer ${code}` };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`${bridgeUrl}${path}`, sent);
    const json = (await answer.json()) as Record<string, never>;
    assert.equal(answer.status, 200, JSON.stringify(json));
    return json;
  };
  const read = async (): Promise<string> => {
    const card = await ask('/read');
    if (card['prove'] === undefined) return card['image'] ?? '';
    const proved = await phone.post('/till/cards/session', card['prove']);
    assert.equal(proved.statusCode, 200, proved.body);
    return (await ask('/unlock', proved.json()))['image'] ?? '';
  };
  const visit = async (sale?: string) => {
    const image = await read();
    const asked = await phone.post('/till/cards/visit', {
      image,
      ...(sale === undefined ? {} : { sale }),
    });
    assert.equal(asked.statusCode, 200, asked.body);
    return asked.json() as { readonly image: string | null; readonly text: string };
  };
  return { ask, visit };
}

export async function cardsPeer(): Promise<string> {
  const own = existsSync(socket)
    ? null
    : startProgram('pcscd', ['--foreground', '--disable-polkit']);
  const bridge = startProgram(process.execPath, [
    ...[command, 'card', 'bridge', '--origin', publicUrl, '--port', '0'],
  ]);
  const h = await createHarness();
  const http = await createHttpHarness(h);
  let meters: Awaited<ReturnType<typeof startVirtualMeters>> | null = null;
  try {
    // They have no link: the card is all that goes to and fro.
    meters = await startVirtualMeters({
      ...{ meterPans: [h.meterPan], mqttUrl: 'mqtt://127.0.0.1:9' },
      clock: `${Date.now()}:${h.clock.nowMs}:1`,
    });
    await until('pcscd', () => existsSync(socket));
    const listens = await bridge.waitFor(/listens at/);
    const said = await bridge.waitFor(/code/);
    const [url = '', code = ''] = [
      /http:\/\/127\.0\.0\.1:\d+/.exec(listens)?.[0],
      /[0-9a-f]{24}/.exec(said)?.[0],
    ];
    const vendor = await createVendor(h, 'Corner shop');
    const clerk = await addClerk(h, vendor.vendorId, 'Amina');
    const phone = await phoneOfClerk(h, http, {
      ...{ vendorId: vendor.vendorId, label: 'Phone 1', clerk },
    });
    await phone.post('/till/shift/open', {});
    const page = createPage(phone, url, code);
    const told: string[] = [];
    for (const medium of ['memory', 'cpu'] as const) {
      const card = await issue(h, http, medium);
      told.push(`${medium} card: ${await wholePath({ h, phone, page, card, medium, meters })}`);
    }
    return told.join('; ');
  } finally {
    await meters?.close();
    await bridge.stop();
    await http.close();
    await h.close();
    await own?.stop();
  }
}

type Http = Awaited<ReturnType<typeof createHttpHarness>>;

async function issue(h: Harness, http: Http, medium: Medium): Promise<string> {
  const [email, password] = [`${medium}@test.example`, 'a long enough password'];
  await http.createOperator({ email, password, role: 'operator' });
  const operator = new Visitor(http.app);
  await operator.postJson('/api/auth/sign-in/email', { email, password });
  const id = idFromUuid('connection', h.place.connectionId);
  const issued = await operator.postJson(`/api/operator/connections/${id}/cards`, {
    ...{ requestId: `card-of-the-peers-${medium}`, medium, reason: 'For the peers.' },
  });
  assert.equal(issued.statusCode, 200, issued.body);
  return issued.json().card.cardNumber;
}

async function wholePath(o: {
  readonly h: Harness;
  readonly phone: Visitor;
  readonly page: ReturnType<typeof createPage>;
  readonly card: string;
  readonly medium: Medium;
  readonly meters: Awaited<ReturnType<typeof startVirtualMeters>>;
}): Promise<string> {
  const { h, page, phone, medium } = o;
  const cardOf = (image: Uint8Array): Card =>
    medium === 'memory'
      ? createVirtualMemoryCard({ image, psc: pscOf(o.card) })
      : createVirtualCpuCard({
          ...{ image, key: cpuKeyOf(cardKeyOf(h.meterPan), o.card) },
          randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
        });
  const onReader = async <T>(card: Card, work: () => Promise<T>): Promise<T> => {
    const options = { port: vpcdPort, answerToReset: bytes(resets[medium]) };
    const takeOut = await insertCard(card, options);
    // The service looks at its readers a few times a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    try {
      return await work();
    } finally {
      await takeOut();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
  };
  const offer = await phone.post('/till/offers', { meter: h.meterPan, amount: '50' });
  const place = new URL(String(offer.headers.location), publicUrl);
  const sold = await phone.post(`${place.pathname}/sell`, {
    meter: place.searchParams.get('meter') ?? '',
    amount: place.searchParams.get('amount') ?? '',
  });
  const sale = String(sold.headers.location).split('/').at(-1) ?? '';
  const card = cardOf(newCard({ kind: 'user', cardNumber: o.card }));
  await onReader(card, async () => {
    const { image } = await page.visit(sale);
    assert.ok(image !== null);
    await page.ask('/write', { image });
    assert.equal((await page.visit(sale)).image, null, 'it is on the card');
    await page.ask('/leave');
  });
  const put = await fetch(`${o.meters.page}/meters/${h.meterPan}/card`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ card: hex(card.image()) }),
  });
  const taken = (await put.json()) as { readonly text: string; readonly card: string | null };
  assert.match(taken.text, /Accepted/, JSON.stringify(taken));
  const home = cardOf(bytes(taken.card ?? ''));
  const came = await onReader(home, async () => {
    const visited = await page.visit();
    await page.ask('/leave');
    return visited;
  });
  assert.match(came.text, /report was read/);
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select('state')
      .where('connection_id', '=', h.place.connectionId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow(),
  );
  assert.equal(row.state, 'delivered');
  return 'sold, written, taken by the meter, its report home';
}
