// What the page of a home's use says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderUse } from './index.ts';
import { parseHtml, textOf } from './page-check.ts';
import { frame } from './samples.ts';
import { uses } from './samples-use.ts';

const text = (page: string) => textOf(parseHtml(page));

test('use says energy, cost, the time before and what makes a difference', () => {
  const said = text(renderUse(frame, uses.week));
  assert.match(said, /Mon 23 Nov to Sun 29 Nov/);
  assert.match(said, /14\.6 kWh, R 36\.50 so far/);
  assert.match(said, /2\.4 kWh less than in the same time of the week before \(14%\)/);
  assert.match(said, /hardly ever uses less than 85 W/);
  assert.match(said, /In a month that is about 62 kWh or R 155\.00, at R 2\.50 for a kWh/);
  assert.match(said, /about 9\.1 days at your average .* 1 kWh less a day it lasts 12\.0 days/);
  assert.match(said, /That is 10 days: the 38\.4 kWh on your meter are 3\.8 kWh a day/);
  assert.match(said, /At that, about 3\.6 kWh more are needed/);
  assert.match(text(renderUse(frame, uses.enough)), /one day: .* At that, it lasts\./);
  assert.doesNotMatch(text(renderUse(frame, uses.empty)), /on your meter are/);
  assert.match(text(renderUse(frame, uses.empty)), /No readings of this time/);
  assert.match(text(renderUse(frame, uses.unpriced)), /What this cost is not known here/);
});
