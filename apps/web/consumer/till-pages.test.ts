// The pages of a shop's phone as documents: well formed, light, safe, and saying what they must.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerAssets } from './index.ts';
import { elements, pageFaults, parseHtml, textOf } from './page-check.ts';
import { frame } from './samples.ts';
import { tillPagesOf } from './samples-till.ts';

const pages = tillPagesOf(frame);
const said = (name: string): string => textOf(parseHtml(pages.get(name) ?? ''));

test('every page of a shop’s phone is well formed, and its forms are posts with the hidden value', () => {
  for (const [name, page] of pages) {
    assert.deepEqual(pageFaults(page), [], name);
    for (const form of elements(parseHtml(page)).filter((node) => node.name === 'form')) {
      const hidden = elements(form).find((node) => node.attributes.get('name') === 'csrf');
      assert.equal(form.attributes.get('method'), 'post', name);
      assert.equal(hidden?.attributes.get('value'), frame.csrf, name);
    }
  }
});

test('the first load of a shop’s phone is at most 34 kB, uncompressed', () => {
  for (const [name, page] of pages) {
    const total = consumerAssets
      .filter(({ path }) => page.includes(path))
      .reduce((sum, { body }) => sum + Buffer.byteLength(body), Buffer.byteLength(page));
    assert.ok(total <= 34_000, `${name}: ${total} B`);
  }
});

test('what comes from outside is text on every page', () => {
  for (const page of tillPagesOf({ ...frame, utilityName: '<b>&"' }).values()) {
    assert.doesNotMatch(page, /<b>&"/);
  }
});

test('a copy says so, a sale that was undone shows no token, and several stand in their order', () => {
  assert.match(said('sale'), /1234 5678 9012 3456 7890/);
  assert.doesNotMatch(said('sale'), /Copy \d/);
  assert.match(said('sale, copy'), /Copy 2/);
  assert.doesNotMatch(said('sale undone'), /1234 5678/);
  const several = said('sale, several tokens');
  assert.match(several, /Type all 4, in this order/);
  assert.ok(several.indexOf('0001') < several.indexOf('0003'));
  assert.ok(several.indexOf('0003') < several.indexOf('7890'));
});

test('a shift is counted before its sum is told, and the report says what is missing', () => {
  assert.doesNotMatch(said('shift'), /241/);
  assert.match(said('report'), /R 1\.00 is missing/);
  assert.match(said('report'), /And 1 sale more/);
  assert.match(said('report, cash right'), /The cash is right/);
});
