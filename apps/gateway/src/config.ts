// The environment, read once: a closed set of names, every fault listed at once.

import { brokerUrlsOf, brokerUrlsWanted } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';

const port = z.string().regex(/^\d+$/).transform(Number).pipe(z.number().max(65_535));

const schema = z.strictObject({
  PREWATT_GATEWAY_DIR: z.string().min(1),
  PREWATT_MQTT_URL: z.string().refine((text) => brokerUrlsOf(text) !== null, brokerUrlsWanted),
  PREWATT_MQTT_CA_FILE: z.string().min(1).optional(),
  PREWATT_MQTT_IDENTITY: z.enum(['secret', 'certificate']).default('secret'),
  PREWATT_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  PREWATT_HTTP_PORT: port.default(7080),
  PREWATT_BENCH_PORT: port.default(7082),
  PREWATT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = {
  /** Holds `site.json`, `maps` and all that the gateway keeps. */
  readonly folder: string;
  /** One broker, or several with commas between. */
  readonly mqttUrl: string;
  readonly mqttCaFile: string | undefined;
  /** `certificate`: a meter without one asks for it, with its secret. */
  readonly identity: 'secret' | 'certificate';
  readonly httpHost: string;
  readonly httpPort: number;
  /** Of the hook that cuts its mains, with `--bench` alone. */
  readonly benchPort: number;
  readonly logLevel: string;
};

/** Names that `prewatt` reads: a shell in which both are run has them, too. */
const ofCommandLine = /^PREWATT_(SERVER|OPERATOR_(EMAIL|PASSWORD|CODE))$/;

/** The configuration, or every fault as a line of its own. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const ours = Object.entries(environment).filter(
    ([name]) => name.startsWith('PREWATT_') && !ofCommandLine.test(name),
  );
  const parsed = schema.safeParse(Object.fromEntries(ours));
  if (!parsed.success) {
    return err(
      parsed.error.issues.map((issue) =>
        issue.code === 'unrecognized_keys'
          ? `${issue.keys.join(', ')}: not a setting of the gateway`
          : `${issue.path.join('.')}: ${issue.message}`,
      ),
    );
  }
  const value = parsed.data;
  if (value.PREWATT_MQTT_IDENTITY === 'certificate' && value.PREWATT_MQTT_URL.startsWith('mqtt:')) {
    return err(['PREWATT_MQTT_IDENTITY: certificates are shown over TLS: take an mqtts: address']);
  }
  return ok({
    folder: value.PREWATT_GATEWAY_DIR,
    mqttUrl: value.PREWATT_MQTT_URL,
    mqttCaFile: value.PREWATT_MQTT_CA_FILE,
    identity: value.PREWATT_MQTT_IDENTITY,
    httpHost: value.PREWATT_HTTP_HOST,
    httpPort: value.PREWATT_HTTP_PORT,
    benchPort: value.PREWATT_BENCH_PORT,
    logLevel: value.PREWATT_LOG_LEVEL,
  });
}
