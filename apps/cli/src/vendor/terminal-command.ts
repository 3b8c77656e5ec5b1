// `prewatt vendor terminal`: a shop's XMLVend terminal, known by its client certificate.

import { X509Certificate } from 'node:crypto';
import { vendorApi } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { Failure } from '../command.ts';
import { waits } from '../server-group.ts';
import { type Desk, failure, type VendorCommand } from './desk.ts';

export const terminalCommand: VendorCommand = {
  summary: 'asks for an XMLVend terminal (administrators)',
  help: `prewatt vendor terminal VENDOR --label TILL --client ID --terminal ID --certificate FILE
    [--request-id ID]

ID of client and terminal as they stand in the shop's requests (clientID, terminalID). FILE is the
shop's client certificate in PEM; its key stays with the shop. A terminal waits for approval by a
second person, who sees the certificate's SHA-256; it sells from then on. It is taken back by
prewatt vendor revoke, with the key's id that prewatt vendor show prints.`,
  options: {
    ...{ label: 'text', client: 'text', terminal: 'text', certificate: 'text' },
    'request-id': 'text',
  },
  required: ['label', 'client', 'terminal', 'certificate'],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const text = (name: string): string => options.text(name) ?? '';
    const certificateSha256 = fingerprintIn(desk, text('certificate'));
    if (!certificateSha256.ok) return certificateSha256;
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const body = {
      requestId: options.text('request-id') ?? crypto.randomUUID(),
      label: text('label'),
      ...{ clientId: text('client'), terminalId: text('terminal') },
      certificateSha256: certificateSha256.value,
    };
    const asked = await desk.client.call(vendorApi.createTerminal, { id: id.value, body });
    if (!asked.ok) return asked;
    const waiting = waits(asked.value);
    if (!waiting.ok) return waiting;
    const lines = [...waiting.value.lines, `certificate ${body.certificateSha256}`];
    return { ok: true, value: { lines, json: { ...asked.value, ...body } } };
  },
};

function fingerprintIn(desk: Desk, path: string): Result<string, Failure> {
  try {
    const certificate = new X509Certificate(desk.readFile(path));
    return ok(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  } catch {
    return failure('certificate', `${path} cannot be read as a certificate in PEM`);
  }
}
