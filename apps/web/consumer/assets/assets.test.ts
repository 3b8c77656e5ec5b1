import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext, Script } from 'node:vm';
import { cardBridgeOrigin } from '@prewatt/api';
import { languageCodes } from '../text/languages.ts';
import { appScriptIn } from './app-script.ts';
import { consumerAssets } from './assets.ts';
import { cardScriptSource } from './card-script.ts';
import { contentHash } from './hash.ts';
import { scriptSourceIn } from './script.ts';
import { darkColours, lightColours, styleSource } from './style.ts';
import { tillScriptSource } from './till-script.ts';
import { tillStyleSource } from './till-style.ts';
import { workerSource } from './worker.ts';

test('names change with the content', () => {
  assert.notEqual(contentHash('a'), contentHash('b'));
  // FNV-1a, 64 bits, of "a": the authors' published test value.
  assert.equal(contentHash('a'), 'af63dc4c8601ec8c');
  for (const asset of consumerAssets) {
    assert.match(
      asset.path,
      /^\/assets\/(app|consumer|log|offer|push|till)\.[0-9a-f]{16}\.(css|js|svg)$/,
    );
    assert.ok(asset.path.includes(contentHash(asset.body)));
  }
});

test('the script can be read by a browser', () => {
  const scripts = languageCodes.flatMap((code) => [
    scriptSourceIn(code, 'home'),
    scriptSourceIn(code, 'others'),
    appScriptIn(code, '/assets/consumer.css'),
  ]);
  const sources = [...scripts, tillScriptSource, cardScriptSource, workerSource];
  for (const source of sources) assert.ok(new Script(source));
});

test('the script carries nothing that is for readers of its source', () => {
  assert.doesNotMatch(scriptSourceIn('en', 'home'), /^ |^\/\/| $|\n\n/m);
});

test('the style sheets load nothing and close what they open', () => {
  for (const source of [styleSource, tillStyleSource]) {
    assert.doesNotMatch(source, /url\(|@import/);
    assert.equal(source.split('{').length, source.split('}').length);
  }
});

// WCAG 2.2, 1.4.3: 4.5:1 for text.
const pairs = [
  ['ink', 'ground'],
  ['ink', 'card'],
  ['soft', 'ground'],
  ['soft', 'card'],
  ['accent', 'ground'],
  ['accent', 'card'],
  ['on-accent', 'accent'],
  ['good', 'card'],
  ['warn', 'card'],
  ['bad', 'card'],
  ['good', 'good-ground'],
  ['warn', 'warn-ground'],
  ['bad', 'bad-ground'],
  ['card', 'good'],
  ['card', 'bad'],
] as const;

test('text keeps a contrast of 4.5 to 1, in light and in dark', () => {
  for (const colours of [lightColours, darkColours]) {
    for (const [text, ground] of pairs) {
      const ratio = contrast(colours[text], colours[ground]);
      assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
  }
});

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// WCAG's relative luminance of an sRGB colour.
function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

test('a customer’s card is offered where the bridge answers, and no phone looks for one', async () => {
  const offered = async (o: { readonly answers: boolean; readonly isPhone: boolean }) => {
    const asked: string[] = [];
    const node = { dataset: {}, addEventListener: () => undefined, hidden: true };
    const place = { ...node, querySelector: () => node };
    const document = {
      querySelector: (what: string) => (what === '[data-card]' ? place : { value: 'csrf' }),
    };
    const fetch = (url: string) => {
      asked.push(url);
      return o.answers ? Promise.resolve({}) : Promise.reject(new Error('nobody'));
    };
    const matchMedia = () => ({ matches: !o.isPhone });
    runInNewContext(cardScriptSource, {
      ...{ document, fetch, matchMedia, localStorage: { getItem: () => null } },
    });
    await new Promise((resolve) => setImmediate(resolve));
    return [!place.hidden, asked];
  };
  const bridge = [cardBridgeOrigin];
  assert.deepEqual(await offered({ answers: true, isPhone: false }), [true, bridge]);
  assert.deepEqual(await offered({ answers: false, isPhone: false }), [false, bridge]);
  assert.deepEqual(await offered({ answers: true, isPhone: true }), [false, []]);
});
