// What addresses say, and business time.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
} from '@tanstack/react-router';
import type { Failure } from '../api/failure.ts';
import { createBusinessClock } from './business-clock.ts';
import { hideText, shownColumns } from './hidden-columns.ts';
import { isLongList } from './long-list.ts';
import { createRequestIds } from './request-ids.ts';
import {
  connectionSearch,
  isCivilDate,
  metersSearch,
  parseSearch,
  readAddress,
  salesSearch,
  searchForServer,
  signedInSearch,
  signInSearch,
  stringifySearch,
  vendorSearch,
} from './search.ts';

describe('addresses', () => {
  it('are plain pairs, so that digits stay digits', () => {
    assert.equal(
      stringifySearch({ search: '600727', filter: 'silent' }),
      '?search=600727&filter=silent',
    );
    assert.deepEqual(parseSearch('?search=600727&filter=silent'), {
      search: '600727',
      filter: 'silent',
    });
  });
  it('leave out what is empty', () => {
    assert.equal(stringifySearch({ search: '', sale: undefined }), '');
  });
  it('carry any search text there and back', () => {
    for (const search of ['a&b=c', '100 %', 'Flat 4 + 5', 'é#?']) {
      assert.deepEqual(parseSearch(stringifySearch({ search })), { search });
    }
  });
  it('drop what the console does not know', () => {
    assert.deepEqual(metersSearch({ filter: 'broken', search: 4 }), {});
    assert.deepEqual(metersSearch({ filter: 'all' }), {});
    assert.deepEqual(metersSearch({ filter: 'silent', search: 'x' }), {
      filter: 'silent',
      search: 'x',
    });
    assert.deepEqual(connectionSearch({ tab: 'keys' }), {});
    assert.deepEqual(connectionSearch({ tab: 'events' }), { tab: 'events' });
    assert.deepEqual(vendorSearch({ tab: 'events', from: '2026-02-30', to: '2026-03-01' }), {
      to: '2026-03-01',
    });
    assert.deepEqual(signedInSearch({ sale: 'sale_1' }), {});
    const sale = 'sale_01938f2a-7c1e-7abc-8def-0123456789ab';
    assert.deepEqual(signedInSearch({ sale }), { sale });
  });
  it('name only days that exist', () => {
    assert.deepEqual(salesSearch({ day: '2026-11-24' }), { day: '2026-11-24' });
    assert.deepEqual(salesSearch({ day: '2026-02-30' }), {});
    assert.deepEqual(salesSearch({ day: 'zzz' }), {});
    assert.ok(!isCivilDate('today'));
    assert.ok(!isCivilDate('2026-13-01'));
  });
  it('reach a page with what is malformed left out, so that the page shows its default', () => {
    const dayOn = (address: string): string | undefined => {
      const root = createRootRoute();
      const sales = createRoute({
        getParentRoute: () => root,
        path: 'sales',
        validateSearch: salesSearch,
      });
      const router = createRouter({
        routeTree: root.addChildren([sales]),
        history: createMemoryHistory({ initialEntries: [address] }),
        parseSearch: readAddress,
        stringifySearch,
      });
      const page = router.matchRoutes(router.latestLocation).at(-1);
      assert.equal(page?.routeId, '/sales');
      return page.search.day;
    };
    assert.equal(dayOn('/sales?day=2026-11-24'), '2026-11-24');
    assert.equal(dayOn('/sales?day=zzz'), undefined);
    assert.equal(dayOn('/sales?day=2026-02-31'), undefined);
  });
  it('lead after sign-in only to a page of the console', () => {
    assert.deepEqual(signInSearch({ from: '/meters?filter=silent' }), {
      from: '/meters?filter=silent',
    });
    for (const from of ['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere', 'x']) {
      assert.deepEqual(signInSearch({ from }), {}, from);
    }
    assert.deepEqual(signInSearch({ from: '/sign-in?from=%2F' }), {});
  });
  it('find a meter whose number was typed with its spaces', () => {
    assert.equal(searchForServer(' 600727 0000 0000 000 9 '), '600727000000000009');
    assert.equal(searchForServer('Flat 4'), 'Flat 4');
  });
});

describe('the business clock', () => {
  it('runs on from the last named instant at the named speed', () => {
    let real = 1000;
    const clock = createBusinessClock(() => real, 0);
    clock.sync('2026-11-24T12:00:00.000Z', 60);
    real += 500;
    assert.equal(clock.nowMs(), Date.parse('2026-11-24T12:00:30.000Z'));
    clock.sync('2026-11-24T13:00:00.000Z');
    real += 1000;
    assert.equal(clock.nowMs(), Date.parse('2026-11-24T13:01:00.000Z'));
    assert.equal(clock.speed(), 60);
  });
  it('keeps its time when what it is told is no instant', () => {
    const clock = createBusinessClock(() => 0, 5);
    clock.sync('noon');
    assert.equal(clock.nowMs(), 5);
  });
});

describe('the name of an action', () => {
  const ids = () => {
    let made = 0;
    return createRequestIds(() => `request-${++made}`);
  };
  const refusal = (status: number): Failure => ({
    kind: 'problem',
    status,
    code: 'x',
    title: '',
    detail: '',
    retryAfterS: null,
  });
  it('stays while nobody knows whether the action was done', () => {
    const names = ids();
    assert.equal(names.current(), 'request-1');
    names.answered({ kind: 'network' });
    names.answered(refusal(503));
    assert.equal(names.current(), 'request-1');
  });
  it('is another one after a yes and after a no', () => {
    const names = ids();
    names.current();
    names.answered();
    assert.equal(names.current(), 'request-2');
    names.answered(refusal(409));
    assert.equal(names.current(), 'request-3');
  });
});

describe('a long list', () => {
  it('has more than five pages; what is no list, or not read yet, is short', () => {
    const ofPages = (count: number) => ({ pages: Array.from({ length: count }, () => ({})) });
    assert.deepEqual([ofPages(5), ofPages(6)].map(isLongList), [false, true]);
    assert.ok(![undefined, null, { rows: [] }, 'text'].some(isLongList));
  });
});

describe('columns that are left out', () => {
  const columns = [{ key: 'name' }, { key: 'power' }, { key: 'left' }];
  it('stand in the address once each, without what is no name', () => {
    assert.equal(hideText('power.left.power..<b>'), 'power.left');
    assert.deepEqual([hideText(''), hideText('9'), hideText(7)], [undefined, undefined, undefined]);
    assert.deepEqual(metersSearch({ hide: 'power' }), { hide: 'power' });
  });
  it('are not shown, but for the first one', () => {
    assert.deepEqual(shownColumns(columns, 'power.name'), [{ key: 'name' }, { key: 'left' }]);
    assert.deepEqual(shownColumns(columns, undefined), columns);
  });
});
