import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { showsNoneTaken } from './register-proof.ts';

const facts = (
  credited: number,
  o: { accepted?: number; sold?: number[]; unheard?: number[] },
) => ({
  credited: BigInt(credited),
  accepted: BigInt(o.accepted ?? 0),
  sold: (o.sold ?? [500]).map(BigInt),
  unheard: (o.unheard ?? []).map(BigInt),
});

test('a register that is exactly what was accepted shows that nothing else was taken', () => {
  assert.ok(showsNoneTaken(facts(0, {})));
  assert.ok(showsNoneTaken(facts(700, { accepted: 700 })));
  assert.ok(!showsNoneTaken(facts(1200, { accepted: 700 })), 'the sale’s token explains it');
  assert.ok(!showsNoneTaken(facts(800, { accepted: 700 })), 'nothing explains it');
  assert.ok(!showsNoneTaken(facts(600, { accepted: 700 })), 'not this register');
});

test('tokens of others that nobody heard of explain a register only where the sale’s cannot', () => {
  assert.ok(showsNoneTaken(facts(300, { unheard: [300, 200] })));
  assert.ok(!showsNoneTaken(facts(500, { unheard: [300, 200] })), 'the two, or the sale’s');
  assert.ok(showsNoneTaken(facts(550, { unheard: [300, 250] })));
  assert.ok(!showsNoneTaken(facts(500, { unheard: [500] })), 'one for the other');
  assert.ok(!showsNoneTaken(facts(800, { sold: [500, 300], unheard: [500, 300, 800] })));
});

test('it is shown exactly when no way to make the register has a token of the sale in it', () => {
  const energy = fc.integer({ min: 1, max: 12 });
  const tokens = fc.array(energy, { maxLength: 5 });
  const sale = fc.array(energy, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(sale, tokens, fc.nat(40), fc.nat(20), (sold, unheard, beyond, accepted) => {
      const all = [...sold, ...unheard];
      let [withSale, without] = [false, false];
      for (let taken = 0; taken < 1 << all.length; taken++) {
        const sum = all.reduce((total, each, i) => total + ((taken >> i) & 1) * each, 0);
        if (sum !== beyond) continue;
        if ((taken & ((1 << sold.length) - 1)) === 0) without = true;
        else withSale = true;
      }
      const shown = showsNoneTaken(facts(accepted + beyond, { accepted, sold, unheard }));
      assert.equal(shown, without && !withSale);
    }),
  );
});

test('more sums than can be looked at show nothing', () => {
  const unheard = Array.from({ length: 40 }, (_, i) => 1_000_003 * (i + 7) + i * i);
  const half = unheard.slice(0, 20).reduce((sum, each) => sum + each, 0);
  assert.ok(!showsNoneTaken(facts(half, { sold: [5], unheard })));
});
