// `prewatt broker certificate`: what an MQTT broker of one's own needs for TLS, made here: an
// authority, which meters and servers trust, and a certificate with its key.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refused } from '../command.ts';
import { createGroup } from '../dispatch.ts';

const help = `prewatt broker: an MQTT broker of your own

  prewatt broker certificate --out FOLDER --host NAME[,NAME...] [--owner USER[:GROUP]]

Makes ca.pem (give it to meters and to PREWATT_MQTT_CA_FILE), server.pem and server.key in FOLDER,
good for twenty years, for these names and IPv4 addresses. What is there stays. --owner is of the
files; the key is readable by the owner and its group alone.

  prewatt broker certificate --out /etc/mosquitto/certs --host broker.example.org --owner root:mosquitto
`;

export const brokerGroup = createGroup({
  name: 'broker',
  help,
  common: {},
  commands: {
    certificate: {
      options: { out: 'text', host: 'text', owner: 'text' },
      positionals: [],
      required: ['out', 'host'],
    },
  },
  run: async (_command, options, context) => {
    const folder = options.text('out') ?? '';
    const hosts = (options.text('host') ?? '').split(',').map((host) => host.trim());
    const owner = options.text('owner');
    const { ensureOwnCertificate } = await import('@prewatt/server/broker-certificate');
    try {
      await ensureOwnCertificate(folder, { hosts, nowMs: context.nowMs() });
      const modes = { 'ca.pem': 0o644, 'server.pem': 0o644, 'server.key': 0o640 };
      const files = Object.entries(modes).map(([name, mode]) => {
        const file = join(folder, name);
        const how = { mode, ...(owner === undefined ? {} : { owner }) };
        context.replaceFile(file, readFileSync(file, 'utf8'), how);
        return file;
      });
      return { ok: true, value: { lines: files.map((file) => `${file}`), json: { files } } };
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      return refused('file', `${folder} cannot be written (${code ?? message})`);
    }
  },
});
