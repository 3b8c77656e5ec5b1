// Our mail against aiosmtpd of Debian: what it takes is what we meant, letter by letter, with its
// attachment; and it lets us look without a mail.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailServer } from '../../src/messaging/mail/index.ts';
import { ensureOwnCertificate } from '../../src/metering/headend/broker/tls.ts';
import { startProgram, until } from './programs.ts';

// Prints what it understood of each mail, as one line of JSON.
const listener = `
import asyncio, json, ssl, sys
from email import message_from_bytes, policy
from aiosmtpd.controller import Controller

class Taker:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody@'):
            return '550 5.1.1 no such user'
        envelope.rcpt_tos.append(address)
        return '250 OK'
    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        files = [[a.get_filename(), a.get_content_type(), len(a.get_content())]
            for a in mail.iter_attachments()]
        print('took ' + json.dumps({
            'to': envelope.rcpt_tos, 'subject': mail['subject'], 'id': mail['message-id'],
            'from': mail['from'], 'text': mail.get_body().get_content(), 'files': files,
            'defects': [str(d) for d in mail.defects]}), flush=True)
        return '250 OK'

port, how = int(sys.argv[1]), sys.argv[2]
options = {}
if how != 'none':
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    options = {'ssl_context': context} if how == 'tls' else {
        'tls_context': context, 'require_starttls': True}
controller = Controller(Taker(), hostname='127.0.0.1', port=port, **options)
controller.start()
print('listening', flush=True)
asyncio.new_event_loop().run_forever()
`;

export async function mailPeer(port: number): Promise<string> {
  const program = startProgram('/usr/bin/python3', ['-c', listener, String(port), 'none']);
  const server = createMailServer({
    ...{ host: '127.0.0.1', port, security: 'none', user: null, password: null, authority: null },
    from: 'Umeme wa Jua <no-reply@jua.example>',
  });
  try {
    await program.waitFor(/^listening/);
    const text = 'Zoë, your token 1234 5678 9012 3456 7890 for Flat 1. Токен ◆ ₦5.\n\n.\nThe end.';
    const mail = {
      ...{ messageId: '<message-1@jua.example>', to: 'ama@mail.example', text },
      ...{ subject: 'Your token is here. – Ọdún', choicesUrl: 'https://jua.example' },
      attachment: { fileName: 'receipt-1.pdf', bytes: new Uint8Array(70_000).fill(7) },
    };
    assert.deepEqual(await server.hand(mail), { kind: 'taken' });
    await until('the mail', () => program.lines.some((line) => line.startsWith('took ')));
    const took = program.lines.find((line) => line.startsWith('took '))?.slice(5) ?? '{}';
    const read = JSON.parse(took) as Record<string, unknown>;
    assert.deepEqual(
      { ...read, text: String(read['text']).trimEnd().replaceAll('\r\n', '\n') },
      {
        ...{ to: ['ama@mail.example'], subject: mail.subject, id: mail.messageId },
        ...{ from: 'Umeme wa Jua <no-reply@jua.example>', text, defects: [] },
        files: [['receipt-1.pdf', 'application/pdf', 70_000]],
      },
    );
    const refused = await server.hand({ ...mail, to: 'nobody@mail.example' });
    assert.ok(refused.kind === 'refused' && refused.noMailbox, JSON.stringify(refused));
    assert.ok((await server.check()).ok);
  } finally {
    server.close();
    await program.stop();
  }
  for (const security of ['tls', 'startTls'] as const) await overTls(port, security);
  return 'a mail with letters of four scripts, a lone dot and a PDF; a mailbox that is not there; a look; TLS and STARTTLS with an authority of its own, refused for another name or authority';
}

/** With a certificate of an authority that nobody else knows, for "localhost" alone. */
async function overTls(port: number, security: 'tls' | 'startTls'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-mail-'));
  await ensureOwnCertificate(folder, { hosts: ['localhost'], nowMs: Date.now() });
  const at = (name: string): string => join(folder, name);
  const authority = readFileSync(at('ca.pem'), 'utf8');
  const files = [at('server.pem'), at('server.key')];
  const arguments_ = ['-c', listener, String(port), security, ...files];
  const program = startProgram('/usr/bin/python3', arguments_);
  const hand = async (more: { readonly host: string; readonly authority: string | null }) => {
    const from = 'no-reply@jua.example';
    const server = createMailServer({ port, security, user: null, password: null, from, ...more });
    const handed = await server.hand({
      ...{ messageId: '<message-2@jua.example>', to: 'ama@mail.example', text: 'Over TLS.' },
      ...{ subject: 'Over TLS', choicesUrl: null, attachment: null },
    });
    server.close();
    return handed;
  };
  try {
    await program.waitFor(/^listening/);
    assert.deepEqual(await hand({ host: 'localhost', authority }), { kind: 'taken' });
    const otherName = await hand({ host: '127.0.0.1', authority });
    assert.equal(otherName.kind, 'later', JSON.stringify(otherName));
    const otherAuthority = await hand({ host: 'localhost', authority: null });
    assert.equal(otherAuthority.kind, 'later', JSON.stringify(otherAuthority));
    const taken = program.lines.filter((line) => line.startsWith('took '));
    assert.equal(taken.length, 1, 'nothing reached the server without a good certificate');
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true });
  }
}
