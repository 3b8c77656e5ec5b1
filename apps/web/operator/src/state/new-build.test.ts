// A console whose parts were replaced on the server: loaded anew once, never in a loop, and never
// while the server does not answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAnew, part, toldLoadedAnew, wasLoadedAnew } from './new-build.ts';

function aBrowser() {
  const kept = new Map<string, string>();
  const browser = {
    storage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    },
    now: 1_000_000,
    isAway: false,
    reloads: 0,
    nowMs: () => browser.now,
    answers: async () => !browser.isAway,
    reload: () => {
      browser.reloads += 1;
    },
  };
  return browser;
}

test('a missing part loads the page anew once, which says so once', async () => {
  const browser = aBrowser();
  assert.equal(wasLoadedAnew(browser), false);
  assert.equal(await loadAnew(browser), 'reloading');
  assert.equal(wasLoadedAnew(browser), true);
  toldLoadedAnew(browser);
  assert.equal(wasLoadedAnew(browser), false);
  browser.now += 5_000;
  assert.equal(await loadAnew(browser), 'done');
  assert.equal(browser.reloads, 1);
});

test('the next build, later, is loaded as well', async () => {
  const browser = aBrowser();
  await loadAnew(browser);
  browser.now += 3_600_000;
  assert.equal(await loadAnew(browser), 'reloading');
  assert.equal(browser.reloads, 2);
});

test('a server that is away is waited for', async () => {
  const browser = aBrowser();
  browser.isAway = true;
  assert.equal(await loadAnew(browser), 'away');
  assert.equal(browser.reloads, 0);
  browser.isAway = false;
  assert.equal(await loadAnew(browser), 'reloading');
});

test('an import that fails is a failure with words, and another is handed through', async () => {
  assert.equal(await part(Promise.resolve(7)), 7);
  await assert.rejects(part(Promise.reject(new TypeError('Failed to fetch'))), {
    kind: 'missingPart',
  });
});

test('a browser without storage never loops', async () => {
  const browser = { ...aBrowser(), storage: null };
  assert.equal(await loadAnew(browser), 'done');
  assert.equal(wasLoadedAnew(browser), false);
});
