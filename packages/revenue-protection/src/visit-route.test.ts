import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metresBetween, readPosition, routeOf, type Stop, streetOf } from './visit-route.ts';

const at = (x: number, y: number) => ({
  latitudeMicroDeg: -26_000_000 + y * 1000,
  longitudeMicroDeg: 28_000_000 + x * 1000,
});
const stop = (id: string, place: string | null, o: Partial<Stop> = {}): Stop => ({
  ...{ id, place, address: `${id} Acacia Road`, position: null },
  ...o,
});
const idsOf = (stops: readonly Stop[]) => routeOf(stops).places.map(({ stopIds }) => stopIds);

test('a line of homes is gone along, whatever the order in which they come', () => {
  const xs = [7, 2, 9, 0, 4];
  const stops = xs.map((x) => stop(String(x), 'T1', { position: at(x, 0) }));
  const [ids] = idsOf(stops);
  assert.deepEqual(ids, ['0', '2', '4', '7', '9']);
  const straight = metresBetween(at(0, 0), at(9, 0));
  assert.ok(Math.abs((routeOf(stops).metres ?? 0) - straight) <= stops.length);
});

test('each home is visited once, place after place, and the metres are those of the way', () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 100;
  };
  for (let town = 0; town < 40; town += 1) {
    const stops = Array.from({ length: 12 }, (_, i) =>
      stop(String(i), `T${i % 3}`, { position: at(next(), next()) }),
    );
    const { places, metres } = routeOf(stops);
    const ids = places.flatMap(({ stopIds }) => stopIds);
    assert.equal(new Set(ids).size, 12);
    assert.equal(places.length, 3);
    const by = new Map(stops.map((each) => [each.id, each.position]));
    const given = ids.reduce((sum, id, i) => {
      const [a, b] = [by.get(ids[i - 1] ?? ''), by.get(id)];
      return a == null || b == null ? sum : sum + metresBetween(a, b);
    }, 0);
    assert.equal(metres, given);
  }
});

test('what the nearest next makes longer is turned round', () => {
  const positions = { near: at(1, 0), back: at(-2, 0), far: at(6, 0) };
  const stops = Object.entries(positions).map(([id, position]) => stop(id, 'B', { position }));
  const first = stop('first', 'A', { position: at(0, 0) });
  // The nearest next would go near, back, far: 12 where 10 are enough.
  assert.deepEqual(idsOf([first, ...stops]), [['first'], ['back', 'near', 'far']]);
});

test('without positions homes stand by place and address, by the number of the house', () => {
  const stops = [
    stop('c', 'T2', { address: '10 Baobab Lane' }),
    stop('a', 'T2', { address: '9 Baobab Lane' }),
    stop('b', 'T1'),
    stop('d', null),
  ];
  assert.deepEqual(routeOf(stops), {
    places: [
      { place: 'T1', stopIds: ['b'] },
      { place: 'T2', stopIds: ['a', 'c'] },
      { place: null, stopIds: ['d'] },
    ],
    metres: null,
  });
  assert.deepEqual(routeOf([]), { places: [], metres: null });
});

test('a home without a position goes with its place, and unknown places come last', () => {
  const stops = [
    stop('far', 'A', { position: at(50, 0) }),
    stop('beside', 'Z'),
    stop('near', 'Z', { position: at(0, 0) }),
    stop('nowhere', 'B'),
  ];
  assert.deepEqual(idsOf(stops), [['far'], ['near', 'beside'], ['nowhere']]);
});

test('a position is read as a phone says it, and nothing else is one', () => {
  const position = { latitudeMicroDeg: -26_204_100, longitudeMicroDeg: 28_047_300 };
  assert.deepEqual(readPosition('-26.20410, 28.04730'), position);
  for (const text of ['', 'at the gate', '91, 0', '0, 181', '1,2,3', '1.2.3, 4', '-26.2']) {
    assert.equal(readPosition(text), null, text);
  }
  assert.equal(metresBetween(at(0, 0), at(0, 0)), 0);
  const west = { latitudeMicroDeg: 0, longitudeMicroDeg: -179_999_000 };
  const east = { latitudeMicroDeg: 0, longitudeMicroDeg: 179_999_000 };
  assert.equal(metresBetween(west, east), 222);
});

test('the street of an address is the address without its house', () => {
  assert.equal(streetOf('14 Acacia Road, Westside'), 'Acacia Road, Westside');
  assert.equal(streetOf('14b Acacia Road'), 'Acacia Road');
  assert.equal(streetOf('Rue de la Paix 12, Abidjan'), 'Rue de la Paix, Abidjan');
  assert.equal(streetOf('12'), '12');
  assert.equal(streetOf('  '), null);
});
