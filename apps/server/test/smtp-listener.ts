// A mail server for tests, in this process: takes mail by SMTP, with a sign-in, over TLS if it has
// a certificate, and answers a recipient as it was told to.

import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export type TakenMail = { readonly to: string; readonly data: string };

export async function createSmtpListener(
  tls: { readonly cert: string; readonly key: string } | null = null,
) {
  const taken: TakenMail[] = [];
  const signIns: string[] = [];
  /** Answers by recipient in place of 250. */
  const answers = new Map<string, string>();
  const serve = (socket: Socket): void => {
    let [to, data, inData, buffer] = ['', '', false, ''];
    const say = (line: string) => socket.write(`${line}\r\n`);
    const command = (line: string): void => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-listener\r\n250 AUTH PLAIN');
      else if (verb === 'AUTH') {
        signIns.push(Buffer.from(line.slice(11), 'base64').toString().replaceAll('\0', '|'));
        say('235 2.7.0 in');
      } else if (verb === 'RCPT') {
        to = /<(.*)>/.exec(line)?.[1] ?? '';
        say(answers.get(to) ?? '250 2.1.5 ok');
      } else if (verb === 'DATA') {
        [inData, data] = [true, ''];
        say('354 go on');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else say('250 ok');
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      buffer += chunk.toString();
      for (let at = buffer.indexOf('\r\n'); at >= 0; at = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, at);
        buffer = buffer.slice(at + 2);
        if (!inData) command(line);
        else if (line === '.') {
          inData = false;
          taken.push({ to, data });
          say('250 2.0.0 taken');
        } else data += `${line}\n`;
      }
    });
    say('220 listener');
  };
  const server = tls === null ? createServer(serve) : createTlsServer(tls, serve);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    ...{ taken, signIns, answers },
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () => new Promise<unknown>((resolve) => server.close(resolve)),
  };
}
