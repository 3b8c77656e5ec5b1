import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandText, changeText, percentChange, versionLabel } from './labels.ts';

test('a version is named by how it stands, and by its state until it is approved', () => {
  const label = (state: 'draft' | 'awaitingApproval' | 'approved' | 'withdrawn') =>
    versionLabel({ state, standing: null }).text;
  assert.equal(label('draft'), 'Draft');
  assert.equal(label('awaitingApproval'), 'Waits for approval');
  assert.equal(label('withdrawn'), 'Withdrawn');
  assert.equal(versionLabel({ state: 'approved', standing: 'coming' }).text, 'Approved, to come');
});

test('more and less have their sign and their share', () => {
  const zar = { code: 'ZAR', scale: 2 };
  assert.match(changeText(1_200n, zar), /^\+ .*12\.00$/);
  assert.match(changeText(-1_200n, zar), /^− .*12\.00$/);
  assert.equal(percentChange('1000', '1021'), '+ 2.1 %');
  assert.equal(percentChange('1000', '979'), '− 2.1 %');
  assert.equal(percentChange('1000', '1000'), '0.0 %');
  assert.equal(percentChange('1199433', '1280862'), '+ 6.8 %', 'rounded, not cut');
  assert.equal(percentChange('1280862', '1199433'), '− 6.4 %');
  assert.equal(percentChange('10000', '10001'), '0.0 %');
  assert.equal(percentChange('0', '5'), null);
});

test('bands read from much less over the same to much more', () => {
  const band = (overPercent: number | null, uptoPercent: number | null) =>
    bandText({ overPercent, uptoPercent, connections: 0 });
  assert.equal(band(null, -20), '20 % less or still less');
  assert.equal(band(-5, -1), '1 to 5 % less');
  assert.equal(band(-1, 1), 'About the same');
  assert.equal(band(1, 5), '1 to 5 % more');
  assert.equal(band(20, null), '20 % more or still more');
});
