// `prewatt card`: a card is made, loaded, put into a meter and read, and what is wrong is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardPurpose, collectReport, readPurchase, writeReport } from '@prewatt/card';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import type { CommandContext } from '../command.ts';
import { run } from '../main.ts';
import { cardText } from './card-file.ts';

const meter = '600727000000000009';
const token = '70630503470028726114';
const decoderKey = '0123456789ABCDEF';
const opened = decoderKeyFromBytes(Uint8Array.fromHex(decoderKey));
assert.ok(opened.ok);
const key = purposeKey(opened.value, cardPurpose);

/** Files by name, and a meter that answers what it is given. */
function world(answer: (card: string) => object = () => ({})) {
  const files = new Map([['meter.key', `${decoderKey}\n`]]);
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  return {
    files,
    prewatt: async (line: string) => {
      let [out, errors] = ['', ''];
      const context: Partial<CommandContext> = {
        print: (text) => {
          out += text;
        },
        printError: (text) => {
          errors += text;
        },
        readFile: read,
        writeSecretFile: (path, text) => {
          if (files.has(path)) throw new Error('EEXIST');
          files.set(path, text);
        },
        replaceFile: (path, text) => void files.set(path, text),
        environment: {},
        fetch: async (url, init) => {
          assert.match(String(url), new RegExp(`/meters/${meter}/card$`));
          return Response.json(answer(JSON.parse(String(init?.body)).card));
        },
      };
      const code = await run(['card', ...line.split(' ')], context as CommandContext);
      return { code, out, errors };
    },
  };
}

const load = `load a.hex ${meter} --tokens ${token} --decoder-key-file meter.key`;

test('a card is made, loaded twice, and shown without the digits of its tokens', async () => {
  const { files, prewatt } = world();
  assert.equal((await prewatt('new a.hex --number 100000000000001')).code, 0);
  assert.equal((await prewatt(load)).code, 0);
  const early = await prewatt(load);
  assert.equal(early.code, 1);
  assert.match(early.errors, /has not had purchase 1 yet/);
  const second = await prewatt(`${load} --replace`);
  assert.match(second.out, /purchase 2 for meter/);
  const image = Uint8Array.fromHex((files.get('a.hex') ?? '').replaceAll('\n', ''));
  const purchase = readPurchase(image, { meterPan: meter, key });
  assert.deepEqual(purchase, { ok: true, value: { count: 2, meterPan: meter, tokens: [token] } });
  const shown = await prewatt(`show a.hex --meter ${meter} --decoder-key-file meter.key`);
  assert.match(
    shown.out,
    /user card 1000000000000016\npurchase 2, tokens: 1\nreport: nothing is on/,
  );
  assert.ok(!shown.out.includes(token));
});

test('a card that is put into a meter is written with what came back', async () => {
  const report = {
    ...{ count: 1, outcomes: ['accepted'] as const, atMs: Date.UTC(2026, 10, 30, 12) },
    ...{ available: 10_500n, importEnergyWh: 4_200n, eventSequence: 3, flags: ['magnet'] as const },
  };
  const { prewatt } = world((card) => ({
    text: 'Accepted +10.0 kWh.',
    card: writeReport(Uint8Array.fromHex(card), report, key).toHex(),
  }));
  await prewatt('new a.hex --number 100000000000001');
  await prewatt(load);
  const put = await prewatt(`put a.hex ${meter} --meter-page http://127.0.0.1:1`);
  assert.deepEqual([put.code, put.out], [0, 'Accepted +10.0 kWh.\n']);
  const shown = await prewatt(`show a.hex --meter ${meter} --decoder-key-file meter.key`);
  assert.match(
    shown.out,
    /report 1 on purchase 1: accepted\n.*12:00:00.000Z.*\n {2}credit 10500 Wh/,
  );
  const json = await prewatt(`show a.hex --meter ${meter} --decoder-key-file meter.key --json`);
  assert.equal(JSON.parse(json.out).report.flags[0], 'magnet');
});

test('of a check card the reports of meters are shown, that of the key that is given proved', async () => {
  const report = {
    ...{ count: 0, outcomes: [], atMs: Date.UTC(2026, 10, 30, 12), available: 7_000n },
    ...{ importEnergyWh: 4_200n, eventSequence: 3, flags: [] },
  };
  const { files, prewatt } = world();
  await prewatt('new a.hex --number 100000000000001 --kind check');
  assert.match((await prewatt('show a.hex')).out, /check card \d+\nno report is on it/);
  let image: Uint8Array = Uint8Array.fromHex((files.get('a.hex') ?? '').replaceAll('\n', ''));
  for (const meterPan of [meter, '600727000000000017']) {
    image = collectReport(image, { meterPan, report, key }) ?? image;
  }
  files.set('a.hex', cardText(image));
  const shown = await prewatt(`show a.hex --meter ${meter} --decoder-key-file meter.key`);
  assert.match(shown.out, new RegExp(`meter ${meter}:\nreport 1 on no purchase[^]*credit 7000 Wh`));
  assert.match(shown.out, /meter 600727000000000017: its key is needed to see it/);
  image[60] = (image[60] ?? 0) ^ 1;
  files.set('a.hex', cardText(image));
  const changed = await prewatt(`show a.hex --meter ${meter} --decoder-key-file meter.key`);
  assert.match(changed.out, new RegExp(`meter ${meter}: it was changed`));
});

test('what is wrong is said by name, and the card stays as it was', async () => {
  const { files, prewatt } = world(() => ({
    text: 'This card was loaded for another meter.',
    card: null,
  }));
  await prewatt('new a.hex --number 100000000000001');
  const before = files.get('a.hex');
  for (const [line, code, words] of [
    ['new a.hex --number 100000000000001', 1, /cannot create a\.hex/],
    ['new b.hex --number 12', 2, /15 digits/],
    ['new b.hex --number 1000000000000010', 2, /check digit/],
    ['new b.hex --number 100000000000001 --kind gold', 2, /user, preset, clear, check/],
    ['show c.hex', 1, /cannot read c\.hex/],
    [`load a.hex 12 --tokens ${token} --decoder-key-file meter.key`, 2, /18 digits/],
    [`load a.hex ${meter} --tokens 12 --decoder-key-file meter.key`, 2, /20 digits/],
    [`load a.hex ${meter} --tokens ${token} --decoder-key-file no.key`, 1, /cannot read no\.key/],
    [`show a.hex --meter ${meter}`, 2, /go together/],
    [`put a.hex ${meter} --meter-page http://127.0.0.1:1`, 1, /loaded for another meter/],
  ] as const) {
    const { code: ended, errors } = await prewatt(line);
    assert.equal(ended, code, line);
    assert.match(errors, words, line);
  }
  assert.equal(files.get('a.hex'), before);
  files.set('d.hex', cardText(new Uint8Array(256)));
  assert.match((await prewatt('show d.hex')).errors, /holds no card of Prewatt/);
});
