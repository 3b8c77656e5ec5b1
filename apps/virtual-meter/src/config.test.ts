import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from './clock.ts';
import { readConfig, realTime } from './config.ts';

const good = {
  PREWATT_METERS_DIR: '/somewhere',
  PREWATT_MQTT_URL: 'mqtt://127.0.0.1:1883',
  PREWATT_HTTP_PORT: '7073',
};

test('a plain configuration runs in real time', () => {
  const config = readConfig({ ...good, PATH: '/bin' });
  assert.ok(config.ok);
  assert.deepEqual(config.value.clock, realTime);
  assert.equal(config.value.httpPort, 7073);
  assert.equal(createClock(config.value.clock, () => 1234).nowMs(), 1234);
});

test('a demo clock runs on one straight line from its anchor', () => {
  const config = readConfig({ ...good, PREWATT_CLOCK: '1000:500000:60' });
  assert.ok(config.ok);
  assert.equal(createClock(config.value.clock, () => 3000).nowMs(), 620_000);
});

test('every fault is named at once, unknown names too', () => {
  const config = readConfig({
    PREWATT_METERS_DIR: '',
    PREWATT_MQTT_URL: 'http://broker',
    PREWATT_HTTP_PORT: '70000',
    PREWATT_CLOCK: '1:2:0',
    PREWATT_LOG_LEVEL: 'loud',
    PREWATT_DATA: 'x',
  });
  assert.ok(!config.ok);
  const text = config.error.join('\n');
  const plain = readConfig({ ...good, PREWATT_MQTT_IDENTITY: 'certificate' });
  assert.match(plain.ok ? '' : plain.error.join(), /over TLS/);
  for (const name of ['METERS_DIR', 'MQTT_URL', 'HTTP_PORT', 'CLOCK', 'LOG_LEVEL', 'DATA']) {
    assert.ok(text.includes(`PREWATT_${name}`), name);
  }
});
