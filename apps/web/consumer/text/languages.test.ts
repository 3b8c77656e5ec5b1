// Holds every language against the English file, and every page in every language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pageLanguages } from '@prewatt/api';
import { appScriptOf } from '../assets/assets.ts';
import { consumerAssets, renderManifest, workerSource } from '../index.ts';
import { elements, type Node, pageFaults, parseHtml, textOf } from '../page-check.ts';
import { frame, nowMs } from '../samples.ts';
import { allPages } from '../samples-pages.ts';
import { acceptedLanguage, languageCodes, languages } from './languages.ts';
import { fill } from './message.ts';
import { localeOf, moneyText, voiceOf } from './voice.ts';

type Parts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const english: Parts = languages.en.texts;
const plural = /\{(\w+), plural, ((?:\w+ \{[^{}]*\} ?)+)\}/g;

const namesIn = (text: string): string[] => {
  const counts = [...text.matchAll(plural)].map(([, name = '']) => name);
  const plain = [...text.replaceAll(plural, '').matchAll(/\{(\w+)\}/g)].map(([, n = '']) => n);
  return [...new Set([...counts, ...plain])].sort();
};

/** What is wrong with a text, beside the English one. */
function textFaults(text: string, of: string, language: string): string[] {
  const faults: string[] = [];
  if (text.trim() !== text && of.trim() === of) faults.push('a blank at an end');
  if (text === '') faults.push('empty');
  const [names, wanted] = [namesIn(text), namesIn(of)];
  if (names.join() !== wanted.join()) faults.push(`values ${names}, in English ${wanted}`);
  const bold = (t: string) => t.split(/<\/?b>/).length;
  if (bold(text) !== bold(of)) faults.push('other <b>');
  if (/[{}]/.test(text.replaceAll(plural, '').replaceAll(/\{\w+\}/g, ''))) faults.push('braces');
  if (/[<>]/.test(text.replaceAll(/<\/?b>/g, ''))) faults.push('HTML');
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  for (const [, , forms = ''] of text.matchAll(plural)) {
    const given = [...forms.matchAll(/(\w+) \{/g)].map(([, form]) => form);
    const missing = pluralCategories.filter((category) => !given.includes(category));
    // "many" of French, Portuguese and Spanish is for millions.
    const needed = missing.filter((category) => category !== 'many' || language === 'ar');
    if (needed.length > 0) faults.push(`no plural for ${needed}`);
    if (given.some((form) => !pluralCategories.includes(form as Intl.LDMLPluralRule))) {
      faults.push(`a plural that the language has not: ${given}`);
    }
  }
  return faults;
}

test('every language has every text, with the values and plurals that it needs', () => {
  for (const code of languageCodes) {
    const texts: Parts = languages[code].texts;
    assert.deepEqual(Object.keys(texts), Object.keys(english), code);
    for (const [part, keys] of Object.entries(english)) {
      assert.deepEqual(Object.keys(texts[part] ?? {}), Object.keys(keys), `${code} ${part}`);
      for (const [key, of] of Object.entries(keys)) {
        const faults = textFaults(texts[part]?.[key] ?? '', of, code);
        assert.deepEqual(faults, [], `${code} ${part}.${key}`);
      }
    }
  }
});

test('the check of texts bites', () => {
  const of = '{count, plural, one {# day} other {# days}} in {home} <b>now</b>';
  const faults = (text: string, language = 'fr') => textFaults(text, of, language);
  assert.deepEqual(faults('{count, plural, one {# jour} other {# jours}} {home} <b>x</b>'), []);
  assert.deepEqual(faults('{count, plural, one {# jour} other {# jours}} <b>x</b>'), [
    'values count, in English count,home',
  ]);
  assert.deepEqual(faults('{count, plural, other {# jours}} {home} <b>x</b>'), [
    'no plural for one',
  ]);
  assert.deepEqual(faults('{count, plural, one {#} few {#} other {#}} {home} <b>x</b>'), [
    'a plural that the language has not: one,few,other',
  ]);
  assert.deepEqual(faults('{count, plural, one {#} other {#}} {home} x'), ['other <b>']);
  assert.deepEqual(faults('{count, plural, one {#} other {#}} {home} {no <b>x</b>'), ['braces']);
});

test('a count takes the plural of the language, in its digits', () => {
  const voice = { language: 'ar', digits: '٠١٢٣٤٥٦٧٨٩', decimal: '٫' };
  const text =
    '{n, plural, zero {لا شيء} one {يوم} two {يومان} few {# أيام} many {# يومًا} other {# يوم}}';
  const said = [0, 1, 2, 3, 11, 100].map((n) => fill(text, { n }, voice));
  assert.deepEqual(said, ['لا شيء', 'يوم', 'يومان', '٣ أيام', '١١ يومًا', '١٠٠ يوم']);
  const english = { language: 'en', digits: '', decimal: '.' };
  assert.equal(fill('{a} and {b}', { a: '{b}', b: 2 }, english), '{b} and 2');
});

test('a utility may choose each of the languages, by its name', () => {
  const names = languageCodes.map((code) => [code, languages[code].name]);
  assert.deepEqual(Object.entries(pageLanguages), names);
});

test('a browser gets the language that it wants most of those that there are', () => {
  assert.equal(acceptedLanguage('de-CH, fr;q=0.4, en-GB;q=0.7'), 'en');
  assert.equal(acceptedLanguage('fr-CI,en;q=0.9'), 'fr');
  assert.equal(acceptedLanguage('en;q=0, sw'), 'sw');
  assert.equal(acceptedLanguage('de, *;q=0.5'), null);
  assert.equal(acceptedLanguage('constructor, toString'), null);
  assert.equal(acceptedLanguage(undefined), null);
});

test('every page in every language is sound HTML and shows no slip of the pen', () => {
  for (const language of languageCodes) {
    for (const [name, page] of allPages((view) => view, language)) {
      assert.deepEqual(pageFaults(page), [], `${language} ${name}`);
      const said = textOf(parseHtml(page));
      assert.doesNotMatch(
        said,
        /NaN|\bnull\b|undefined|\[object|\{\w+\}|\0/,
        `${language} ${name}`,
      );
      if (name.startsWith('fragment')) continue;
      const { dir } = languages[language];
      assert.ok(page.includes(`<html lang="${language}" dir="${dir}">`), `${language} ${name}`);
    }
  }
});

test('a sentence takes every day that a time can fall on, without one article upon another', () => {
  const faultsOf: Partial<Record<string, RegExp>> = {
    fr: /(^|[\s(’])((à|de) le|(au|du) (le|aujourd’hui|demain|hier))(?=\s|$)/iu,
    es: /(^|[\s(])((a|de|al|del) el|(al|del) (hoy|mañana))(?=\s|$)/iu,
    pt: /(^|[\s(])((a|de|ao|do) o|(ao|do) (hoje|amanhã))(?=\s|$)/iu,
  };
  const days = [0, 1, 3, 10];
  for (const language of languageCodes) {
    const voice = voiceOf({ ...frame, language });
    const texts: Parts = languages[language].texts;
    const timed = Object.values(texts).flatMap((part) =>
      Object.values(part).filter((text) => /\{(when|until)\}/.test(text)),
    );
    assert.ok(timed.length > 10);
    const stays = days.map((ahead) => {
      const when = voice.when(nowMs + ahead * 86_400_000, nowMs);
      assert.ok(voice.say(voice.words.live.staysOn, { when }).includes(when), language);
      for (const text of timed) {
        const values = { when, until: when, age: '3', owed: '1', from: when, to: when };
        const said = voice.say(text, { ...values, day: '', time: '' });
        const faults = faultsOf[language];
        if (faults !== undefined) assert.doesNotMatch(said, faults, language);
      }
      return when;
    });
    assert.equal(new Set(stays).size, days.length, language);
  }
  assert.match('valable jusqu’à le 12 décembre', faultsOf.fr ?? /^$/);
  assert.match('Du aujourd’hui 12:30', faultsOf.fr ?? /^$/);
  assert.match('De el 3 de diciembre', faultsOf.es ?? /^$/);
});

test('no page of another language is left in English, and what is says so to whoever reads aloud', () => {
  const mainOf = (page: string) =>
    elements(parseHtml(page)).find(({ name }) => name === 'main') ?? assert.fail('no main');
  const withoutEnglish = (node: Node): string =>
    node.children
      .map((child) => {
        if (typeof child === 'string') return child;
        return child.attributes.get('lang') === 'en' ? '' : withoutEnglish(child);
      })
      .join(' ');
  // Sentences that only an English page has; names and addresses of the samples are no sentences.
  const sentences = Object.values(english)
    .flatMap((part) => Object.entries(part))
    // The server says the steps of a sale; the samples have them in English.
    .flatMap(([key, text]) => (key.startsWith('step') ? [] : text))
    .filter((text) => /^[A-Z][a-z]+( [a-z]+){2,}[^{}<>]*$/.test(text));
  assert.ok(sentences.length > 150);
  for (const language of languageCodes) {
    const found = [...allPages((view) => view, language)]
      .filter(([name]) => !name.startsWith('fragment'))
      .flatMap(([name, page]) => {
        const said = withoutEnglish(mainOf(page));
        return sentences
          .filter((sentence) => said.includes(sentence))
          .map((sentence) => `${name}: ${sentence}`);
      });
    if (language === 'en') assert.ok(found.length > 300);
    else assert.deepEqual(found, [], language);
  }
});

test('the first load of every page is at most 40 kB, uncompressed, and 16 kB as it is sent', (t) => {
  for (const language of languageCodes) {
    const isLatin = /^[\p{Script=Latin}\s]+$/u.test(languages[language].name);
    const most = isLatin ? 40_000 : 60_000;
    const loads = [...allPages((view) => view, language)]
      .filter(([name]) => !name.startsWith('fragment'))
      .map(([name, page]) => {
        const isLoaded = ({ path }: { path: string }) =>
          page.includes(`src="${path}"`) || page.includes(`href="${path}"`);
        const hasManifest = page.includes('rel="manifest"');
        const bodies = [
          page,
          ...consumerAssets.filter(isLoaded).map(({ body }) => body),
          ...(hasManifest ? [renderManifest(frame)] : []),
        ];
        const total = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
        return { name, total, bodies };
      })
      .sort((a, b) => b.total - a.total);
    const [largest] = loads;
    assert.ok(largest !== undefined);
    const sent = largest.bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    t.diagnostic(`${language}, largest: ${largest.name}, ${largest.total} B, sent as ${sent} B`);
    assert.ok(sent <= 16_000, `${language} ${largest.name}: ${sent} B`);
    // Letters of other scripts are two or three bytes each before they are packed.
    assert.ok(largest.total <= most, `${language} ${largest.name}: ${largest.total} B`);
  }
});

test('what makes a page an app is fetched after it, and is small too', (t) => {
  for (const language of languageCodes) {
    const app = appScriptOf(language).body;
    const [whole, sent] = [Buffer.byteLength(app), gzipSync(app).length];
    t.diagnostic(`${language}: ${whole} B, sent as ${sent} B`);
    assert.ok(whole <= 10_000 && sent <= 4_000, `${language}: ${whole} B, ${sent} B`);
  }
  const worker = Buffer.byteLength(workerSource);
  t.diagnostic(`worker: ${worker} B, sent as ${gzipSync(workerSource).length} B`);
  assert.ok(worker <= 12_000);
});

test('numbers, money, percent and dates are those of CLDR', () => {
  const [, ...rows] = readFileSync(new URL('cldr-forms.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split('|'));
  assert.ok(rows.length > 20);
  for (const [locale = '', code = '', scale = '', ...forms] of rows) {
    const [number, sum, negative, kwh, percent, date] = forms;
    const [language = ''] = locale.split('-');
    const currency = { code, scale: Number(scale) };
    assert.equal(localeOf(language, currency), locale);
    const units = 10n ** BigInt(scale);
    const rounded = (hundredths: bigint) => ((hundredths * units + 50n) / 100n).toString();
    const money = (minor: string) => moneyText(minor, { currency, locale });
    assert.equal(money(rounded(123_456_789n)), sum, `${locale} ${code}`);
    assert.equal(money(`-${rounded(1_250n)}`), negative, `${locale} ${code}`);
    const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
    assert.deepEqual([plain.format(1_234_567.891), plain.format(12.3)], [number, kwh], locale);
    const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    assert.equal(share.format(0.075), percent, locale);
    const civil = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
    assert.equal(civil.format(Date.UTC(2026, 2, 9)), date, locale);
  }
});
