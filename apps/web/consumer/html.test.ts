import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html, htmlText, safeHref } from './html.ts';
import { elements, pageFaults, parseHtml, textOf } from './page-check.ts';

test('text stays text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const root = parseHtml(htmlText(html`<b title="${text}">|${text}|</b>`));
      const [bold, ...more] = elements(root);
      assert.ok(bold);
      assert.equal(more.length, 0);
      assert.equal(textOf(bold), `|${text}|`.replace(/\s+/g, ' '));
    }),
  );
});

test('the characters that could end a quote or a tag are escaped', () => {
  assert.equal(
    htmlText(html`<i title="${`"'\`<>&`}"></i>`),
    '<i title="&quot;&#39;&#96;&lt;&gt;&amp;"></i>',
  );
});

test('templates nest, lists join, null and false print nothing', () => {
  const items = ['a', 'b'].map((item) => html`<li>${item}</li>`);
  assert.equal(htmlText(html`<ul>${items}${null}${false}</ul>`), '<ul><li>a</li><li>b</li></ul>');
  assert.equal(htmlText(html`${0} ${12n}`), '0 12');
});

test('a place where escaping would not help is refused', () => {
  const text = 'x onclick=alert(1)';
  assert.throws(() => html`<a href=${text}>x</a>`, /quoted/);
  assert.throws(() => html`<a ${text}>x</a>`, /attribute/);
  assert.throws(() => html`<script>${text}</script>`, /script/);
  assert.throws(() => html`<style>${text}</style>`, /script/);
  const kept = html`<a href="/x?y=${text}"${html` rel="next"`}>a = ${1}</a>`;
  assert.equal(htmlText(kept), '<a href="/x?y=x onclick=alert(1)" rel="next">a = 1</a>');
});

test('an address that is not ours and not http leads to the first page', () => {
  for (const kept of ['/sales/1', 'https://pay.example/x', 'http://127.0.0.1:1/']) {
    assert.equal(safeHref(kept), kept);
  }
  for (const bad of [
    'javascript:alert(1)',
    ' javascript:x',
    '//evil.example',
    '/\\evil',
    'data:x',
    '',
  ]) {
    assert.equal(safeHref(bad), '/');
  }
});

test('the page check that the other tests lean on bites', () => {
  const faulty: readonly (readonly [string, RegExp])[] = [
    ['<p><div></div></p>', /inside <p>/],
    ['<b><i></b></i>', /closes/],
    ['<ul>text</ul>', /directly/],
    ['<p>', /not closed/],
    ['<p>a < b</p>', /stray/],
    ['<button></button>', /no name/],
    ['<input id="a" type="text">', /no name/],
    ['<i id="a"></i><i id="a"></i>', /twice/],
    ['<i aria-describedby="a"></i>', /no id/],
    ['<i onclick="x"></i>', /onclick/],
    ['<i style="x"></i>', /style/],
    ['<script>x</script>', /inline script/],
    ['<a href="javascript:x">x</a>', /javascript/],
    ['<html><body><main><h2>x</h2></main></body></html>', /0 h1.*title.*jump/],
  ];
  for (const [text, fault] of faulty) assert.match(pageFaults(text).join(' '), fault, text);
});
