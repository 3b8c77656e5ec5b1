import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { masterKeyOf, sealRails } from '../base/sealed-rails.ts';
import { ConfigError, readConfig, redacted, secretNames } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-config-'));
after(() => rmSync(folder, { recursive: true }));

const secretsFile = join(folder, 'secrets.json');
const secrets = {
  sessionSecret: 'session-secret-of-thirty-two-bytes!',
  masterKey: Buffer.alloc(32, 9).toString('base64'),
  sandboxWebhookSecret: 'webhook-secret-of-thirty-two-bytes!',
  sandboxApiKey: 'api-key-that-has-thirty-two-bytes!!',
  smsApiKey: 'sms-key-that-has-thirty-two-bytes!!',
};
writeFileSync(secretsFile, JSON.stringify(secrets));

const good = {
  DATABASE_URL: 'postgres://prewatt:hunter2@localhost:5432/prewatt',
  PREWATT_SIGN_IN_DATABASE_URL: 'postgres://prewatt_sign_in:hunter3@localhost:5432/prewatt',
  PREWATT_PUBLIC_URL: 'http://localhost:7070',
  PREWATT_SANDBOX_URL: 'http://localhost:7072',
  PREWATT_SECRETS_FILE: secretsFile,
  PATH: '/bin',
};

test('a complete environment is read, with defaults', () => {
  const config = readConfig(good);
  assert.deepEqual(config.http, { host: '127.0.0.1', port: 7070 });
  assert.equal(config.clocks.speed, 1);
});

test('the server knows each setting of the files in deploy', () => {
  for (const file of ['server.env', 'container/compose.yaml', 'kubernetes/prewatt.yaml']) {
    const text = readFileSync(new URL(`../../../../deploy/${file}`, import.meta.url), 'utf8');
    const names = text.matchAll(/^ *(PREWATT_[A-Z_]+)[=:]/gm).map(([, name = '']) => name);
    const env = Object.fromEntries([...names].map((name) => [name, '1']));
    assert.ok(Object.keys(env).length > 5, file);
    assert.throws(
      () => readConfig(env),
      (error: Error) => !/not a name/.test(error.message),
      file,
    );
  }
});

test('a second factor is required wherever other machines reach the server, unless it is said', () => {
  const ruleAt = (publicUrl: string, said: object = {}) =>
    readConfig({ ...good, PREWATT_PUBLIC_URL: publicUrl, ...said }).secondFactor;
  assert.equal(ruleAt('http://localhost:7070'), 'chosen');
  assert.equal(ruleAt('https://power.example'), 'required');
  assert.equal(ruleAt('https://power.example', { PREWATT_SECOND_FACTOR: 'chosen' }), 'chosen');
  assert.equal(ruleAt('http://localhost:7070', { PREWATT_SECOND_FACTOR: 'required' }), 'required');
});

test('names of the command line, and of no other program, are left alone', () => {
  const operator = { PREWATT_OPERATOR_EMAIL: 'a@example.org', PREWATT_SERVER: 'https://x.example' };
  assert.equal(readConfig({ ...good, ...operator }).publicUrl, 'http://localhost:7070');
  assert.throws(() => readConfig({ ...good, PREWATT_OPERATOR_NAME: 'x' }), ConfigError);
});

test('each name of the secrets file has its row in the manual', () => {
  const page = new URL('../../../../docs/operating/configuration.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  const missing = secretNames.filter((name) => !text.includes(`\n| \`${name}\` `));
  assert.deepEqual(missing, []);
});

test('all faults are told at once, and none of them shows a secret', () => {
  const bad = {
    ...good,
    DATABASE_URL: 'mysql://x',
    PREWATT_HTTP_PORT: '70000',
    PREWATT_CLOCK: 'now',
    PREWATT_HTPT_PORT: '1',
  };
  assert.throws(
    () => readConfig(bad),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of [
        'DATABASE_URL',
        'PREWATT_HTTP_PORT',
        'PREWATT_CLOCK',
        'PREWATT_HTPT_PORT',
      ]) {
        assert.ok(error.message.includes(name), name);
      }
      return true;
    },
  );
  writeFileSync(secretsFile, JSON.stringify({ ...secrets, masterKey: 'short', smsApiKey: 'tiny' }));
  assert.throws(
    () => readConfig(good),
    (error: unknown) => {
      const { message } = error as Error;
      assert.ok(message.includes('masterKey') && message.includes('smsApiKey'), message);
      assert.ok(!message.includes('tiny') && !message.includes(secrets.sessionSecret));
      return true;
    },
  );
  const daraja = { kind: 'daraja', consumerKey: 'tiny', consumerSecret: 'a-secret', passkey: 'p' };
  const short = { kind: 'africasTalking', username: 'u', apiKey: 'k', callbackSecret: 'short' };
  const rails = { paymentProviders: [{ ...daraja, shortcode: 6009 }], messageGateways: [short] };
  writeFileSync(secretsFile, JSON.stringify({ ...secrets, ...rails }));
  assert.throws(
    () => readConfig(good),
    (error: unknown) => {
      const { message } = error as Error;
      assert.deepEqual(message.split('\n').slice(1), [
        '  secrets file: paymentProviders, entry 1 (daraja), consumerKey: at least 8 characters: take it whole from the portal',
        '  secrets file: paymentProviders, entry 1 (daraja), shortcode: write a text',
        '  secrets file: paymentProviders, entry 1 (daraja), passkey: at least 8 characters: take it whole from the portal',
        '  secrets file: paymentProviders, entry 1 (daraja), callbackSecret: is missing; write a text',
        '  secrets file: messageGateways, entry 1 (africasTalking), apiKey: at least 8 characters: take it whole from the portal',
        '  secrets file: messageGateways, entry 1 (africasTalking), callbackSecret: 24 to 128 letters, digits, - or _: openssl rand -hex 24',
      ]);
      return true;
    },
  );
  writeFileSync(secretsFile, JSON.stringify(secrets));
});

test('the printed configuration holds no secret', () => {
  const text = JSON.stringify(redacted(readConfig(good)));
  assert.doesNotMatch(text, /hunter[23]/);
  for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret));
});

test('passwords of the database may stand in the secrets file; one in an address wins', () => {
  const file = join(folder, 'with-passwords.json');
  const passwords = {
    databasePassword: 'p@ss/word:of=16+',
    signInDatabasePassword: 'another-of-16-chars',
  };
  writeFileSync(file, JSON.stringify({ ...secrets, ...passwords }));
  const env = { ...good, PREWATT_SECRETS_FILE: file };
  const config = readConfig({ ...env, DATABASE_URL: 'postgres://prewatt_app@db:5432/prewatt' });
  assert.equal(
    decodeURIComponent(new URL(config.databaseUrl).password),
    passwords.databasePassword,
  );
  assert.equal(new URL(config.signInDatabaseUrl).password, 'hunter3');
  const shown = JSON.stringify(redacted(config));
  const forms = [passwords.databasePassword, encodeURIComponent(passwords.databasePassword)];
  for (const form of forms) assert.ok(!shown.includes(form));
  writeFileSync(file, JSON.stringify({ ...secrets, databasePassword: 'short' }));
  assert.throws(() => readConfig(env), /databasePassword: 16 to 128 visible ASCII characters/);
});

test('a secrets file that is not there is told from one that is no JSON, whose text is not said', () => {
  const file = join(folder, 'torn.json');
  const read = () => readConfig({ ...good, PREWATT_SECRETS_FILE: file });
  assert.throws(read, /PREWATT_SECRETS_FILE: \S+torn\.json is not there/);
  writeFileSync(file, '{ "masterKey": "hunter4"');
  assert.throws(read, (error: Error) => {
    assert.match(error.message, /PREWATT_SECRETS_FILE: cannot be read as JSON/);
    return !error.message.includes('hunter4');
  });
});

test('who signs people in has a login of its own; a login that may be anybody needs none', () => {
  const { PREWATT_SIGN_IN_DATABASE_URL: _, ...one } = good;
  assert.throws(() => readConfig(one), /PREWATT_SIGN_IN_DATABASE_URL: needed/);
  const options = encodeURIComponent('-c role=prewatt_app -c jit=off');
  const url = `postgres://owner@localhost:5432/prewatt?options=${options}`;
  const { signInDatabaseUrl } = readConfig({ ...one, DATABASE_URL: url });
  const given = new URL(signInDatabaseUrl).searchParams.get('options');
  assert.equal(given, '-c role=prewatt_sign_in -c jit=off');
});

test('a clock in the environment runs at its speed from its anchor', () => {
  const realAnchorMs = Date.now() - 1_000;
  const clock = `${realAnchorMs}:1800000000000:60`;
  const { clocks } = readConfig({ ...good, PREWATT_CLOCK: clock });
  const ahead = clocks.business.nowMs() - 1_800_000_000_000;
  assert.ok(ahead >= 60_000 && ahead < 120_000, String(ahead));
  assert.ok(Math.abs(clocks.real.nowMs() - Date.now()) < 1_000);
});

test('a broker that other machines reach needs a certificate, one of yours a password', () => {
  const open = { ...good, PREWATT_MQTT_HOST: '0.0.0.0' };
  assert.throws(() => readConfig(open), /PREWATT_MQTT_HOST: other machines reach it/);
  const { mqtt } = readConfig({ ...open, PREWATT_MQTT_TLS_DIR: '/var/lib/prewatt/mqtt' });
  assert.deepEqual(mqtt.certificate, {
    kind: 'own',
    folder: '/var/lib/prewatt/mqtt',
    hosts: ['localhost', '127.0.0.1'],
  });
  assert.throws(
    () => readConfig({ ...good, PREWATT_MQTT_IDENTITY: 'certificate' }),
    /PREWATT_MQTT_IDENTITY: meters show certificates over TLS alone/,
  );
  assert.throws(
    () => readConfig({ ...good, PREWATT_MQTT_CERT_FILE: '/a.pem' }),
    /give both or neither/,
  );
  assert.throws(
    () => readConfig({ ...good, PREWATT_MQTT_URL: 'mqtts://broker.example:8883' }),
    /mqttPassword: needed/,
  );
});

test('the account for bank transfers is optional, and read whole', () => {
  const file = join(folder, 'bank.json');
  const withAccount = (bankAccount: unknown) => {
    writeFileSync(file, JSON.stringify({ ...secrets, bankAccount }));
    return readConfig({ ...good, PREWATT_SECRETS_FILE: file }).secrets.bankAccount;
  };
  const account = { bank: 'Bank of Tests', holder: 'Utility', account: 'KE1200034' };
  assert.equal(readConfig(good).secrets.bankAccount, null);
  assert.deepEqual(withAccount(account), account);
  assert.throws(() => withAccount({ ...account, iban: 'x' }), ConfigError);
});

test('payment providers are read whole, and a fault in them is named without its values', () => {
  const file = join(folder, 'providers.json');
  const withProviders = (paymentProviders: unknown) => {
    writeFileSync(file, JSON.stringify({ ...secrets, paymentProviders }));
    return readConfig({ ...good, PREWATT_SECRETS_FILE: file });
  };
  assert.deepEqual(readConfig(good).secrets.paymentProviders, []);
  const paystack = { kind: 'paystack', secretKey: 'sk_live_hunter2', email: 'pay@utility.example' };
  const [read] = withProviders([paystack]).secrets.paymentProviders;
  assert.equal(read?.baseUrl, 'https://api.paystack.co');
  const bad = [
    [{ ...paystack, secretKey: '' }],
    [{ ...paystack, secretKye: 'x' }],
    [paystack, paystack],
    [{ kind: 'unheard-of' }],
  ];
  for (const each of bad) {
    assert.throws(
      () => withProviders(each),
      (error: unknown) =>
        error instanceof ConfigError &&
        error.message.includes('paymentProviders') &&
        !error.message.includes('hunter2'),
    );
  }
  const shown = JSON.stringify(redacted(withProviders([paystack])));
  assert.equal(shown.includes('hunter2'), false);
});

test('the XMLVend door is off, has certificates, or stands behind a proxy that is named', () => {
  assert.equal(readConfig(good).xmlvend, null);
  const open = { ...good, PREWATT_XMLVEND_PORT: '7443' };
  assert.throws(() => readConfig(open), /PREWATT_XMLVEND_PORT: give PREWATT_XMLVEND_CERT_FILE/);
  const files = { PREWATT_XMLVEND_CERT_FILE: '/a.pem', PREWATT_XMLVEND_KEY_FILE: '/a.key' };
  const tls = { certFile: '/a.pem', keyFile: '/a.key', clientCaFile: null };
  const common = { host: '127.0.0.1', port: 7443, serverId: 'prewatt' };
  assert.deepEqual(readConfig({ ...open, ...files }).xmlvend, {
    ...{ ...common, tls, proxyHeader: null },
  });
  const header = { PREWATT_XMLVEND_PROXY_HEADER: 'X-Client-Cert-Sha256' };
  assert.throws(() => readConfig({ ...open, ...header }), /name the proxy/);
  assert.throws(() => readConfig({ ...open, ...files, ...header }), /not both/);
  const named = { ...open, ...header, PREWATT_TRUSTED_PROXIES: '10.0.0.1' };
  assert.deepEqual(readConfig(named).xmlvend, {
    ...{ ...common, tls: null, proxyHeader: 'x-client-cert-sha256' },
  });
});

test('sealed rails are read as plain ones; the key may lie apart, and what is unclear is refused', () => {
  const key = expectOk(masterKeyOf(secrets, undefined), 'key');
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys('base64url');
  // One in 256 has a byte less.
  const privateKey = Buffer.from(pair.getPrivateKey('hex').padStart(64, '0'), 'hex').toString(
    'base64url',
  );
  const webPush = { publicKey, privateKey, subject: 'mailto:help@utility.example' };
  const withRails = { ...secrets, webPush };
  const { file: sealed, names } = expectOk(sealRails(withRails, key), 'sealed');
  assert.deepEqual(names, ['webPush']);
  assert.ok(!JSON.stringify(sealed).includes(privateKey));
  const read = (file: object, more: Record<string, string> = {}) => {
    const path = join(folder, 'sealed.json');
    writeFileSync(path, JSON.stringify(file));
    return readConfig({ ...good, ...more, PREWATT_SECRETS_FILE: path }).secrets;
  };
  assert.deepEqual(read(sealed), read(withRails));
  const keyFile = join(folder, 'master.key');
  writeFileSync(keyFile, `${secrets.masterKey}\n`);
  const { masterKey: _, ...apart } = sealed;
  assert.deepEqual(read(apart, { PREWATT_MASTER_KEY_FILE: keyFile }), read(withRails));
  assert.throws(() => read(apart), /masterKey/);
  assert.throws(() => read(sealed, { PREWATT_MASTER_KEY_FILE: keyFile }), /keep one of them/);
  assert.throws(() => read({ ...sealed, webPush }), /stands in it and beside it/);
  const other = Buffer.alloc(32, 8).toString('base64');
  assert.throws(() => read({ ...sealed, masterKey: other }), /does not open/);
  assert.throws(() => read({ ...sealed, sealedRails: 'AAAA' }), /does not open/);
});
