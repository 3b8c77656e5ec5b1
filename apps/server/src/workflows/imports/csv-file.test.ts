import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ImportKind } from '@prewatt/api';
import fc from 'fast-check';
import { type FileRow, fileLimits, hashedSecret, readRows, spool } from './csv-file.ts';

let folder: string;
let files = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-csv-'));
});
after(() => rm(folder, { recursive: true }));

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  content: string | Uint8Array,
  o: { readonly kind?: ImportKind; readonly pieceSize?: number } = {},
) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  files += 1;
  const spooled = await spool(pieces(bytes, o.pieceSize ?? 65_536), join(folder, `${files}.csv`));
  if (!spooled.ok) return spooled;
  const rows: FileRow[] = [];
  const answer = await readRows(spooled.value, {
    kind: o.kind ?? 'openingBalances',
    groupSize: 3,
    onGroup: async (group) => {
      rows.push(...group);
    },
  });
  return answer.ok ? { ok: true as const, value: { ...answer.value, rows } } : answer;
}

async function refusalOf(content: string | Uint8Array): Promise<string> {
  const answer = await read(content);
  assert.ok(!answer.ok);
  assert.ok(answer.error.detail.length > 10);
  return answer.error.code;
}

test('rows come with the line on which each begins, whatever ends the lines', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const lines = ['meter_number,amount', '1,2', '', '"3', '3",4', '  ', '5,6'];
    const answer = await read(lines.join(end), { pieceSize: 7 });
    assert.ok(answer.ok);
    assert.deepEqual(answer.value.columns, ['meter_number', 'amount']);
    assert.deepEqual(answer.value.rows, [
      [2, ['1', '2']],
      [4, ['3\n3', '4']],
      [7, ['5', '6']],
    ]);
  }
});

test('comma, semicolon and tab separate; a byte-order mark and capitals do not matter', async () => {
  for (const separator of [',', ';', '\t']) {
    const header = `\uFEFFMeter_Number${separator} AMOUNT `;
    const answer = await read(`${header}\n1${separator}"2,5;3"\n`, { pieceSize: 1 });
    assert.ok(answer.ok);
    assert.deepEqual(answer.value.rows, [[2, ['1', '2,5;3']]]);
  }
});

test('a file that is none of its kind is refused with what to do', async () => {
  assert.equal(await refusalOf(''), 'fileEmpty');
  assert.equal(await refusalOf('\n\n'), 'fileEmpty');
  assert.equal(await refusalOf('meter_number,amount\n'), 'noRows');
  assert.equal(await refusalOf('meter_number\n1\n'), 'columnMissing');
  assert.equal(await refusalOf('meter_number,amount,colour\n1,2,3\n'), 'columnUnknown');
  assert.equal(await refusalOf('meter_number,amount,amount\n1,2,3\n'), 'columnTwice');
  assert.equal(await refusalOf('meter_number,amount\n1,"2\n'), 'csvSyntax');
  assert.equal(await refusalOf('meter_number,amount\n1,2"2"\n'), 'csvSyntax');
  assert.equal(await refusalOf(`meter_number,amount\n1,${'9'.repeat(20_000)}\n`), 'csvSyntax');
  assert.equal(await refusalOf('meter_number,amount\n1,\0\n'), 'notUtf8');
  assert.equal(await refusalOf(Uint8Array.of(0xff, 0xfe, 0x41, 0)), 'notUtf8');
  const cut = Buffer.from('meter_number,amount\n1,é').subarray(0, -1);
  assert.equal(await refusalOf(cut), 'notUtf8');
});

test('a file over the limit is refused before it is on disk', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    while (true) yield new Uint8Array(1024 * 1024);
  }
  const path = join(folder, 'endless.csv');
  const answer = await spool(endless(), path);
  assert.deepEqual(answer.ok ? null : answer.error.code, 'fileTooLarge');
  assert.ok((await readFile(path)).length <= fileLimits.bytes);
});

test('a meter’s secret leaves the file as its hash alone', async () => {
  const header =
    'connection_name,address,tariff,meter_number,supply_group_code,tariff_index,key_revision,encryption_algorithm,mqtt_secret';
  const secret = '00112233445566778899aabbccddeeff';
  const answer = await read(`${header}\na,b,c,d,e,f,g,h, ${secret}\na,b,c,d,e,f,g,h,short\n`, {
    kind: 'connections',
  });
  assert.ok(answer.ok);
  assert.deepEqual(
    answer.value.rows.map(([, cells]) => cells.at(-1)),
    [hashedSecret(secret), 'invalid'],
  );
  assert.match(hashedSecret(secret), /^[0-9a-f]{64}$/);
  assert.ok(!JSON.stringify(answer.value).includes(secret));
});

test('whatever the bytes, a file is read or refused, and never throws', async () => {
  const texts = fc.array(
    fc.oneof(
      fc.constantFrom('"', ',', '\n', '\r', ';', '\t', 'meter_number,amount\n', '\uFEFF', "'", '='),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 40 },
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    texts.map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
    texts.map((parts) => new Uint8Array(Buffer.from(`meter_number,amount\n${parts.join('')}`))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 64 }), async (content, pieceSize) => {
      const answer = await read(content, { pieceSize });
      if (!answer.ok) return;
      const lines = answer.value.rows.map(([line]) => line);
      assert.deepEqual(
        [...new Set(lines)].sort((a, b) => a - b),
        lines,
      );
      assert.ok(lines.every((line) => line > 1));
    }),
    { numRuns: 300 },
  );
});

test('a line of separators alone is too long, and lines of blanks count as rows', async () => {
  assert.equal(await refusalOf(','.repeat(fileLimits.rowCharacters + 1)), 'csvSyntax');
  const long = `meter_number,amount\n1,2\n${','.repeat(fileLimits.rowCharacters + 1)}\n`;
  assert.equal(await refusalOf(long), 'csvSyntax');
  const gaps = await read(`meter_number,amount\n${'\n'.repeat(5_000)} \n1,"2\n3"\n\n4,5`);
  assert.ok(gaps.ok);
  assert.deepEqual(gaps.value.rows, [
    [5_003, ['1', '2\n3']],
    [5_006, ['4', '5']],
  ]);
});
