// `npm run peers [-- NAME ...]`: our side of a wire against programs that others wrote. Kannel
// binds to our test message centre and takes messages over HTTP; a message centre of Net::SMPP
// takes our bind; aiosmtpd takes our mail; Go's sumdb packages read a transparency log; smart cards
// go through pcscd; vending keys live in SoftHSM. A peer that cannot be had is said to be skipped;
// a peer that fails ends with 1.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGateways,
  type GatewayConfig,
  type Heard,
} from '../../src/messaging/gateways/index.ts';
import { createMessageCentre, textOf } from '../message-centre.ts';
import { cardsPeer } from './cards.ts';
import { hsmPeer } from './hsm.ts';
import { logReader } from './log.ts';
import { mailPeer } from './mail.ts';
import { ensurePackages, startProgram, until } from './programs.ts';

const to = '+254722000101';
const token = 'Your token for Flat 1: 1234 5678 9012 3456 7890 {once}';
const publicUrl = 'https://prewatt.example';
const callbackSecret = 'made-up-secret-of-the-peers-01';
const chance = () => 0.5;
type Report = Extract<Heard, { kind: 'report' }>;
const isReport = (heard: Heard): heard is Report => heard.kind === 'report';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** We bind to a message centre made with Net::SMPP. */
async function netSmpp(): Promise<string> {
  const port = await freePort();
  const script = new URL('./net-smpp-centre.pl', import.meta.url).pathname;
  const centre = startProgram('perl', [script, String(port)]);
  const heard: Heard[] = [];
  await centre.waitFor(/^listening/);
  const [gateway] = createGateways(
    [
      {
        ...{ kind: 'smpp', name: 'smpp', host: '127.0.0.1', port, tls: false, systemType: '' },
        ...{ systemId: 'prewatt', password: 'secret', source: '22345', window: 10 },
        defaultAlphabet: 'latin1',
      },
    ],
    { ...{ fetch, publicUrl, chance }, timing: { enquireMs: 300 } },
  );
  assert.ok(gateway?.connect);
  const disconnect = gateway.connect(async (each) => {
    heard.push(each);
  });
  try {
    await centre.waitFor(/^bind prewatt secret/);
    const handed = await gateway.send({ id: 'm1', to, text: token });
    assert.ok(handed.kind === 'accepted', JSON.stringify(handed));
    await until('a receipt', () => heard.some(isReport));
    const report = heard.find(isReport);
    assert.equal(report?.outcome, 'delivered');
    assert.ok(report?.gatewayIds.some((id) => handed.gatewayIds.includes(id)));
    await until('a text', () => heard.some(({ kind }) => kind === 'text'));
    const text = heard.find(({ kind }) => kind === 'text');
    assert.deepEqual(text, { kind: 'text', id: null, from: to, text: 'BAL 04229889888' });
    const long = `${'Kwa nambari yako '.repeat(12)}Ω ¿`;
    assert.equal((await gateway.send({ id: 'm2', to, text: long })).kind, 'accepted');
    assert.equal((await gateway.send({ id: 'm3', to, text: 'Токен 1234' })).kind, 'accepted');
    await centre.waitFor(/^enquired/);
    const took = centre.lines.filter((line) => line.startsWith('took '));
    assert.equal(took.length, 4, took.join('\n'));
    assert.match(took[0] ?? '', /^took 22345 254722000101 0 1 /);
    assert.match(took[1] ?? '', /^took 22345 254722000101 0 0 050003/);
    assert.match(took[3] ?? '', /^took 22345 254722000101 8 1 0422043e043a/);
    assert.ok(centre.lines.filter((line) => line === 'answered 0').length >= 2);
  } finally {
    await disconnect();
    await centre.waitFor(/^unbound/, 5).catch(() => '');
    await centre.stop();
  }
  return 'bind, a token, parts, UCS-2, receipts, a text in, enquiries, unbind';
}

/** Kannel binds to our message centre, and our HTTP gateway sends through Kannel. */
async function kannel(): Promise<string> {
  const centre = await createMessageCentre();
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-peers-'));
  const [admin, boxes, sendsms] = [await freePort(), await freePort(), await freePort()];
  const called: { readonly path: string; readonly query: string }[] = [];
  // What Kannel calls: our reports, and its service for texts of customers.
  const ours = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    called.push({ path: url.pathname, query: url.search });
    const text = url.pathname === '/texts' ? `Heard: ${url.searchParams.get('text')}` : '';
    response.end(text);
  });
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve));
  const address = ours.address();
  const ourPort = typeof address === 'object' && address !== null ? address.port : 0;
  const config = join(folder, 'kannel.conf');
  writeFileSync(config, kannelConfig({ admin, boxes, sendsms, ourPort, centre: centre.port }));
  const bearerbox = startProgram('bearerbox', ['-v', '1', config]);
  let smsbox: ReturnType<typeof startProgram> | null = null;
  try {
    await until('Kannel binds', () => centre.binds() > 0);
    smsbox = startProgram('smsbox', ['-v', '1', config]);
    const [gateway] = createGateways([kannelGateway(sendsms)], {
      ...{ fetch, publicUrl: `http://127.0.0.1:${ourPort}`, chance },
    });
    assert.ok(gateway);
    const send = () => gateway.send({ id: 'message-1', to, text: token });
    let handed = await send();
    for (let i = 0; i < 60 && handed.kind === 'later'; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      handed = await send();
    }
    assert.deepEqual(handed, { kind: 'accepted', gatewayIds: ['message-1'] });
    await until('Kannel submits', () => centre.taken.length > 0);
    const [taken] = centre.taken;
    assert.ok(taken);
    assert.equal(textOf(taken), token);
    const isReported = () => called.some(({ query }) => query.includes('type=1'));
    // Kannel drops a receipt that is quicker than the answer to its message.
    for (let i = 0; i < 10 && !isReported(); i += 1) {
      await centre.receipt(taken.id, 'DELIVRD');
      await until('Kannel reports', isReported, 2).catch(() => undefined);
    }
    assert.ok(isReported(), 'Kannel reports');
    const report = called.find(({ query }) => query.includes('type=1'));
    const [, , , name, secret] = report?.path.split('/') ?? [];
    assert.equal(name, 'kannel');
    const read = gateway.heard({
      ...{ door: 'reports', secret: secret ?? '', headers: {}, rawBody: new Uint8Array() },
      url: `${publicUrl}${report?.path}${report?.query}`,
    });
    assert.ok(read.ok && read.value[0]?.kind === 'report');
    assert.equal(read.value[0].outcome, 'delivered');
    assert.deepEqual(read.value[0].gatewayIds, ['message-1']);
    assert.deepEqual(await centre.deliver({ from: '254722000101', text: 'BAL 042' }), [0]);
    await until('Kannel answers', () => centre.taken.length > 1);
    const answer = centre.taken[1];
    assert.equal(answer === undefined ? '' : textOf(answer), 'Heard: BAL 042');
    assert.ok((await gateway.check()).ok);
  } finally {
    await smsbox?.stop();
    await bearerbox.stop();
    await centre.close();
    ours.closeAllConnections();
    await new Promise((resolve) => ours.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  }
  return 'bind to our message centre, a token by its HTTP interface, its report, a text in and its answer';
}

const mail = async (): Promise<string> => mailPeer(await freePort());

const kannelGateway = (port: number): GatewayConfig => ({
  kind: 'http',
  name: 'kannel',
  method: 'GET',
  headers: {},
  body: null,
  contentType: 'application/json',
  url:
    `http://127.0.0.1:${port}/cgi-bin/sendsms?username=prewatt&password=secret&to={to}` +
    '&text={text}&charset=UTF-8&dlr-mask=19&dlr-url={reportUrl}%26type%3D%25d',
  successText: 'Accepted for delivery',
  messageId: 'ours',
  report: { idField: 'id', statusField: 'type', delivered: ['1'], failed: ['2', '16'] },
  text: { from: 'from', text: 'text', id: 'id' },
  callbackSecret,
});

const kannelConfig = (o: {
  readonly admin: number;
  readonly boxes: number;
  readonly sendsms: number;
  readonly ourPort: number;
  readonly centre: number;
}): string => `
group = core
admin-port = ${o.admin}
admin-interface = "127.0.0.1"
admin-password = secret
smsbox-port = ${o.boxes}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = prewatt
host = 127.0.0.1
port = ${o.centre}
transceiver-mode = true
smsc-username = prewatt
smsc-password = secret
system-type = ""
enquire-link-interval = 5

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${o.boxes}
sendsms-port = ${o.sendsms}
sendsms-interface = "127.0.0.1"
global-sender = 22345

group = sendsms-user
username = prewatt
password = secret

group = sms-service
keyword = default
get-url = "http://127.0.0.1:${o.ourPort}/texts?from=%p&text=%a&id=%I"
max-messages = 1
`;

const packages = {
  netSmpp: [{ name: 'libnet-smpp-perl', shows: ['perl', '-MNet::SMPP', '-e', '1'] }],
  kannel: [{ name: 'kannel', shows: ['bearerbox', '--version'] }],
  mail: [{ name: 'python3-aiosmtpd', shows: ['/usr/bin/python3', '-c', 'import aiosmtpd'] }],
  cards: [
    { name: 'pcscd', shows: ['pcscd', '--version'] },
    { name: 'vsmartcard-vpcd', shows: ['test', '-f', '/etc/reader.conf.d/vpcd'] },
  ],
  hsm: [{ name: 'softhsm2', shows: ['softhsm2-util', '--version'] }],
  log: [
    { name: 'golang-go', shows: ['go', 'version'] },
    {
      name: 'golang-golang-x-mod-dev',
      shows: ['test', '-d', '/usr/share/gocode/src/golang.org/x/mod/sumdb'],
    },
  ],
} as const;

const wanted = process.argv.slice(2);
let failed = 0;
for (const [name, run] of Object.entries({
  netSmpp,
  kannel,
  mail,
  log: logReader,
  cards: cardsPeer,
  hsm: hsmPeer,
})) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const lacking = ensurePackages(packages[name as keyof typeof packages]);
  if (lacking !== null) {
    console.log(`${name}: skipped. ${lacking.missing}`);
    continue;
  }
  const begun = Date.now();
  try {
    const what = await run();
    console.log(`${name}: passed in ${((Date.now() - begun) / 1_000).toFixed(1)} s: ${what}`);
  } catch (thrown) {
    failed += 1;
    console.error(`${name}: failed. ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
