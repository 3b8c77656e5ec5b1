// How an install job pairs a meter by itself: with the code on its label, with a certificate that
// the meter then asks for, with a request that was brought; and that the job stays open without.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { InstallDetail } from '@prewatt/api';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { makeRequest } from './certificate-requests.ts';
import { newTestUuid } from './harness.ts';
import {
  act,
  asked,
  base,
  closeDesk,
  does,
  h,
  meterAnswers,
  meterStates,
  newMeterJob,
  now,
  openDesk,
  people,
  refusalOf,
  stepOf,
  take,
} from './install-harness.ts';

before(openDesk);
after(closeDesk);

const code = '0123456789abcdef0123456789abcdef';
type Home = Awaited<ReturnType<typeof h.addConnection>>;

async function jobAt(home: Home): Promise<InstallDetail> {
  const job = await take(await newMeterJob(home));
  return does(job, { act: 'identify', meterPan: home.meterPan, by: 'scan' });
}
const linkOf = async (job: InstallDetail) => {
  const { state, words, certificatePem } = stepOf(await now(job), 'link');
  return { state, words, certificatePem };
};
const closing = async (job: InstallDetail) => {
  const body = { ...asked(), note: '' };
  return refusalOf(await people.technician.postJson(`${base}/${job.installId}/close`, body));
};
const comesWith = (home: Home, pem: string) => {
  const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
  return h.services.certifying.used(home, Buffer.from(fingerprint, 'hex'));
};

test('paired with its code, a meter is told to ask for a certificate; its use ends the step', async () => {
  const home = await h.addConnection();
  let job = await jobAt(home);
  assert.equal(job.linkAccepts, 'both');
  const wish = { act: 'link', pairingSecret: code, withCertificate: true };
  job = await does(job, wish);
  const claim = { clientId: home.meterPan, name: home.meterPan, certificate: null };
  const password = Buffer.from(code);
  assert.equal(await h.services.mayConnect({ ...claim, password }), true);
  await meterStates(home.meterPan, 0);
  assert.equal((await linkOf(job)).state, 'running', 'connected is not enough');
  await meterAnswers(home.meterPan, 'renewCertificate', {
    kind: 'refused',
    reason: 'unsupported',
  });
  const failed = await linkOf(job);
  assert.deepEqual(
    [failed.state, failed.words],
    ['failed', 'The meter refused the command: unsupported.'],
  );
  const { code: refusal, detail } = await closing(job);
  assert.equal(refusal, 'stepsOpen');
  assert.match(detail, /before these have passed: Link/);

  job = await does(job, { act: 'link', withCertificate: true });
  await h.services.upkeep();
  const { csrPem } = await makeRequest(null);
  await h.services.certifying.linkSaid(home.meterPan, { kind: 'certificateRequest', csrPem });
  const word = h.sent.findLast(({ message }) => message.kind === 'certificate')?.message;
  assert.ok(word?.kind === 'certificate');
  assert.equal((await linkOf(job)).state, 'running');
  await comesWith(home, word.certificatePem);
  const passed = await linkOf(job);
  assert.equal(passed.state, 'passed');
  assert.match(passed.words ?? '', /with its certificate [0-9a-f]{16}$/);
  assert.equal(await h.services.mayConnect({ ...claim, password }), false, 'the code has ended');
});

test('a request is signed within the job, and its certificate is there until the meter has it', async () => {
  const home = await h.addConnection();
  let job = await jobAt(home);
  const foreign = await makeRequest('600727000000000009');
  job = await does(job, { act: 'link', csrPem: foreign.csrPem });
  assert.match(stepOf(job, 'link').words ?? '', /names another meter/);
  const { csrPem } = await makeRequest(home.meterPan);
  const body = { ...asked(), act: 'link', csrPem };
  job = await does(job, body);
  const { certificatePem } = stepOf(await does(job, body), 'link');
  const made = new X509Certificate(certificatePem ?? '');
  assert.equal(made.subject, `CN=${home.meterPan}`);
  assert.equal((await closing(job)).code, 'stepsOpen');
  // Another one, made at the desk meanwhile, takes its place.
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.certifying.certify(tx, {
      place: home,
      meterPan: home.meterPan,
      by: { name: 'Ada', role: 'administrator' },
      requestId: newTestUuid(),
      reason: 'A test asks for it',
      csrPem: null,
      isClaim: false,
    }),
  );
  const replaced = await linkOf(job);
  assert.deepEqual([replaced.state, replaced.certificatePem], ['failed', null]);
  const again = await makeRequest(home.meterPan);
  job = await does(job, { act: 'link', csrPem: again.csrPem });
  await comesWith(home, stepOf(job, 'link').certificatePem ?? '');
  const passed = await linkOf(job);
  assert.deepEqual([passed.state, passed.certificatePem], ['passed', null]);
});

test('what the head-end does not take is refused in words, and nothing is written', async () => {
  const home = await h.addConnection();
  const job = await jobAt(home);
  const { csrPem } = await makeRequest(home.meterPan);
  const both = { act: 'link', csrPem, withCertificate: true };
  assert.equal(refusalOf(await act('technician', job, both)).code, 'oneWayOfPairing');
  const by = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('operators').select('id').where('role', '=', 'technician').execute(),
  );
  const technician = by.find(({ id }) => idFromUuid('operator', id) === job.assignedTo?.operatorId);
  const actAt = (accepts: 'secret' | 'certificate', body: object) => {
    const { installs } = h.secondServices({ identity: { accepts } });
    return h.database.inUtility(h.utilityId, (tx) =>
      installs.act(tx, {
        utilityId: h.utilityId,
        jobId: uuidOf(job.installId as Parameters<typeof uuidOf>[0]),
        by: {
          ...{ operatorId: technician?.id ?? '', utilityId: h.utilityId, role: 'technician' },
          ...{ name: 'An operator', email: 'technician@test.example' },
        } as Parameters<typeof installs.act>[1]['by'],
        body: { ...asked(), act: 'link', ...body } as Parameters<typeof installs.act>[1]['body'],
      }),
    );
  };
  const codes = [];
  for (const [accepts, body] of [
    ['secret', { csrPem }],
    ['secret', { withCertificate: true }],
    ['certificate', { pairingSecret: code }],
    ['certificate', {}],
  ] as const) {
    const done = await actAt(accepts, body);
    codes.push(done.ok ? 'done' : done.error.code);
  }
  assert.deepEqual(codes, [
    ...['certificatesNotTaken', 'certificatesNotTaken'],
    ...['secretsNotTaken', 'secretsNotTaken'],
  ]);
  assert.deepEqual(
    [stepOf(await now(job), 'link').state, stepOf(await now(job), 'link').tries],
    ['notStarted', 0],
  );
});
