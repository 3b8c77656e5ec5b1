// The link on a receipt: of one server's making, for one sale, in one spelling; and in a text
// message only where it costs nothing.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReceiptLinks } from './receipt-links.ts';
import { withLink } from './sale-text.ts';

const publicUrl = 'https://power.example';
const links = createReceiptLinks({ masterKey: Buffer.alloc(32, 7), publicUrl });
const linkOf = (saleId: string): string => links.pathOf(saleId).slice('/receipts/'.length);

test('a link leads to its sale, by any server with the key and by no other', () => {
  const saleId = randomUUID();
  const link = linkOf(saleId);
  assert.equal(links.saleOf(link), saleId);
  assert.equal(links.urlOf(saleId), `${publicUrl}/receipts/${link}`);
  const same = createReceiptLinks({ masterKey: Buffer.alloc(32, 7), publicUrl });
  assert.equal(same.saleOf(link), saleId);
  const other = createReceiptLinks({ masterKey: Buffer.alloc(32, 8), publicUrl });
  assert.equal(other.saleOf(link), null);
});

test('no other text is a link, and no change of one letter leaves one', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => links.saleOf(text) === null),
    { seed: 17 },
  );
  const link = linkOf(randomUUID());
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const [at, letter] of [...link].entries()) {
    for (const changed of letters.replace(letter, '')) {
      const bent = link.slice(0, at) + changed + link.slice(at + 1);
      assert.equal(links.saleOf(bent), null, bent);
    }
  }
  for (const more of [`${link}A`, `${link}=`, ` ${link}`, link.slice(0, -1)]) {
    assert.equal(links.saleOf(more), null, more);
  }
});

test('a text message has the link where it makes no further part', () => {
  const link = links.urlOf(randomUUID());
  const room = 160 - link.length - 1;
  assert.equal(withLink('x'.repeat(room), link), `${'x'.repeat(room)} ${link}`);
  assert.equal(withLink('x'.repeat(room + 1), link), 'x'.repeat(room + 1));
  assert.ok(withLink('x'.repeat(170), link).endsWith(link), 'in the room of a second part');
  assert.equal(withLink('ቶ'.repeat(60), link), 'ቶ'.repeat(60), 'parts of 70 letters');
});
