// Reads the text of a PDF as a reader's "copy" would, for tests: knows only what pdfkit writes, and
// throws at anything else. A letter that the font lacks reads as "\uFFFD".

import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

export type PdfRead = { readonly text: string; readonly pages: number; readonly title: string };

type PdfObject = { readonly head: string; readonly stream: string };

export function readPdf(bytes: Uint8Array): PdfRead {
  const file = Buffer.from(bytes).toString('latin1');
  assert.match(file, /^%PDF-1\.\d\n/);
  assert.match(file, /%%EOF\s*$/);
  const objects = objectsOf(file);
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head));
  const text = pages.map(({ head }) => textOfPage(head, objects)).join('\n');
  return { text, pages: pages.length, title: titleOf(objects) };
}

function objectsOf(file: string): Map<number, PdfObject> {
  const found = file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g);
  return new Map([...found].map(([, id, body = '']) => [Number(id), objectOf(body)]));
}

function objectOf(body: string): PdfObject {
  const at = body.indexOf('\nstream\n');
  if (at < 0) return { head: body, stream: '' };
  const head = body.slice(0, at);
  const raw = Buffer.from(body.slice(at + 8, body.lastIndexOf('\nendstream')), 'latin1');
  const stream = /FlateDecode/.test(head) ? inflateSync(raw).toString('latin1') : '';
  return { head, stream };
}

function titleOf(objects: Map<number, PdfObject>): string {
  const info = [...objects.values()].find(({ head }) => /\/Title /.test(head));
  const [, id] = /\/Title (\d+) 0 R/.exec(info?.head ?? '') ?? [];
  return (objects.get(Number(id))?.head ?? '').replace(/^\(|\)$/g, '');
}

function textOfPage(head: string, objects: Map<number, PdfObject>): string {
  const object = (pattern: RegExp, of: string): PdfObject => {
    const found = objects.get(Number(pattern.exec(of)?.[1]));
    assert.ok(found !== undefined, `${pattern} in ${of}`);
    return found;
  };
  const { stream } = object(/\/Contents (\d+) 0 R/, head);
  const { head: resources } = object(/\/Resources (\d+) 0 R/, head);
  const fonts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id]) => {
      const font = objects.get(Number(id))?.head ?? '';
      return [name, lettersOf(object(/\/ToUnicode (\d+) 0 R/, font).stream)];
    }),
  );
  let font: readonly string[] = [];
  let text = '';
  for (const [, name, glyphs] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name) ?? [];
    else text += `${wordsOf(glyphs ?? '', font)}\n`;
  }
  return text;
}

/** By number of a glyph. */
function lettersOf(cmap: string): string[] {
  return [...cmap.matchAll(/<[0-9a-f]{4}> <[0-9a-f]{4}> \[([^\]]*)\]/g)].flatMap(([, range = '']) =>
    [...range.matchAll(/<([0-9a-f ]*)>/g)].map(([, units = '']) =>
      String.fromCharCode(...units.split(' ').map((unit) => Number.parseInt(unit, 16))),
    ),
  );
}

const wordsOf = (glyphs: string, font: readonly string[]): string =>
  [...glyphs.matchAll(/<([0-9a-f]+)>/g)]
    .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
    .map((hex) => (hex === '0000' ? '\uFFFD' : (font[Number.parseInt(hex, 16)] ?? '\uFFFD')))
    .join('');
