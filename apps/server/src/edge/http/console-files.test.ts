// The console's files over HTTP: built, built anew while it is served, and not built at all.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { problemOf, sendProblem } from '../../base/http/problem.ts';
import { consoleFiles } from './console-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-console-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function served(): Promise<FastifyInstance> {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, problemOf(error)));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ status: 404 }));
  await consoleFiles(app, folder);
  return app;
}

function build(name: string): void {
  rmSync(join(folder, 'assets'), { recursive: true, force: true });
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', `${name}.js`), `"${name}"`);
  writeFileSync(join(folder, 'worker.js'), `"worker of ${name}"`);
  writeFileSync(join(folder, 'index.html'), `<script src="/operator/assets/${name}.js"></script>`);
}

test('a console that is built anew while it is served is served anew', async () => {
  const app = await served();
  const before = await app.inject('/operator/');
  assert.equal(before.statusCode, 503);
  assert.equal(before.json().code, 'consoleNotBuilt');

  build('index-one');
  const first = await app.inject('/operator/meters');
  assert.equal(first.statusCode, 200);
  assert.match(first.body, /index-one\.js/);
  assert.equal(first.headers['cache-control'], 'no-cache');
  const script = await app.inject('/operator/assets/index-one.js');
  assert.equal(script.body, '"index-one"');
  assert.match(String(script.headers['cache-control']), /immutable/);
  assert.match(String(script.headers['content-type']), /javascript/);

  build('index-two');
  assert.match((await app.inject('/operator/')).body, /index-two\.js/);
  assert.equal((await app.inject('/operator/assets/index-two.js')).body, '"index-two"');
  const worker = await app.inject('/operator/worker.js');
  assert.equal(worker.body, '"worker of index-two"');
  assert.match(String(worker.headers['content-type']), /javascript/);
  assert.match(String(worker.headers['cache-control']), /max-age=0/, 'asked for at each start');
  await app.close();
});

test('a file of an earlier build is not found, and never the page in its place', async () => {
  build('index-three');
  const app = await served();
  for (const file of ['index-one.js', 'style-one.css', '..%2Findex.html', '.sources', 'a%00.js']) {
    const answer = await app.inject(`/operator/assets/${file}`);
    assert.equal(answer.statusCode, 404, file);
    assert.doesNotMatch(String(answer.headers['content-type']), /html/, file);
    assert.doesNotMatch(String(answer.headers['cache-control'] ?? ''), /immutable/, file);
  }
  await app.close();
});

test('a part is sent packed as the browser takes it, and is the same', async () => {
  build('index-four');
  const plain = '"index-four"';
  const file = join(folder, 'assets', 'index-four.js');
  writeFileSync(`${file}.br`, brotliCompressSync(plain));
  writeFileSync(`${file}.gz`, gzipSync(plain));
  const app = await served();
  const asked = (accept: string) =>
    app.inject({ url: '/operator/assets/index-four.js', headers: { 'accept-encoding': accept } });
  const brotli = await asked('gzip, deflate, br, zstd');
  assert.equal(brotli.headers['content-encoding'], 'br');
  assert.equal(String(brotliDecompressSync(brotli.rawPayload)), plain);
  assert.match(String(brotli.headers['content-type']), /javascript/);
  assert.match(String(brotli.headers['cache-control']), /immutable/);
  assert.match(String(brotli.headers.vary), /accept-encoding/i);
  const gzipped = await asked('gzip, deflate');
  assert.equal(gzipped.headers['content-encoding'], 'gzip');
  assert.equal(String(gunzipSync(gzipped.rawPayload)), plain);
  const bare = await asked('identity');
  assert.equal(bare.headers['content-encoding'], undefined);
  assert.equal(bare.body, plain);
  await app.close();
});
