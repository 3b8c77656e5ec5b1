// The environment, read once: a closed set of names, every fault listed at once.

import { brokerUrlsOf, brokerUrlsWanted } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';

/**
 * Demo time: at real instant `realAnchorMs` it was `demoAnchorMs`, and it runs `speed` times as
 * fast.
 */
export type ClockAnchor = {
  readonly realAnchorMs: number;
  readonly demoAnchorMs: number;
  readonly speed: number;
};

export const realTime: ClockAnchor = { realAnchorMs: 0, demoAnchorMs: 0, speed: 1 };

const clock = z
  .string()
  .regex(/^\d+:\d+:\d+(\.\d+)?$/, "expected 'realAnchorMs:demoAnchorMs:speed'")
  .transform((text): ClockAnchor => {
    const [realAnchorMs = 0, demoAnchorMs = 0, speed = 1] = text.split(':').map(Number);
    return { realAnchorMs, demoAnchorMs, speed };
  })
  .refine(({ speed }) => speed > 0 && speed <= 3600, 'speed must be above 0 and at most 3600');

const port = z.string().regex(/^\d+$/).transform(Number).pipe(z.number().max(65_535));

const schema = z.strictObject({
  PREWATT_METERS_DIR: z.string().min(1),
  PREWATT_MQTT_URL: z.string().refine((text) => brokerUrlsOf(text) !== null, brokerUrlsWanted),
  PREWATT_MQTT_CA_FILE: z.string().min(1).optional(),
  PREWATT_MQTT_IDENTITY: z.enum(['secret', 'certificate']).default('secret'),
  PREWATT_HTTP_PORT: port,
  PREWATT_DLMS_PORT: port.default(4059),
  PREWATT_DLMS_HDLC_PORT: port.optional(),
  PREWATT_DLMS_SUITE: z.enum(['0', '1']).default('0'),
  PREWATT_LWM2M_SERVER: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, "expected 'host:port'")
    .default('127.0.0.1:5683'),
  PREWATT_CLOCK: clock.default(realTime),
  PREWATT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = {
  readonly metersDir: string;
  /** One broker, or several with commas between. */
  readonly mqttUrl: string;
  readonly mqttCaFile: string | undefined;
  /** `certificate`: a meter without one asks for it, with the secret of its factory. */
  readonly identity: 'secret' | 'certificate';
  readonly httpPort: number;
  /** Of the first meter with `--dlms`; the n-th one has the n-th port from here. */
  readonly dlmsPort: number;
  /** The same with HDLC; undefined: with the wrapper alone. */
  readonly dlmsHdlcPort: number | undefined;
  /** Security suite of meters that make their keys now. */
  readonly dlmsSuite: 0 | 1;
  /** With `--lwm2m`: where the meters register. */
  readonly lwm2mServer: { readonly host: string; readonly port: number };
  readonly clock: ClockAnchor;
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
          ? `${issue.keys.join(', ')}: not a setting of the virtual meter`
          : `${issue.path.join('.')}: ${issue.message}`,
      ),
    );
  }
  const value = parsed.data;
  if (value.PREWATT_MQTT_IDENTITY === 'certificate' && value.PREWATT_MQTT_URL.startsWith('mqtt:')) {
    return err(['PREWATT_MQTT_IDENTITY: certificates are shown over TLS: take an mqtts: address']);
  }
  return ok({
    metersDir: value.PREWATT_METERS_DIR,
    mqttUrl: value.PREWATT_MQTT_URL,
    mqttCaFile: value.PREWATT_MQTT_CA_FILE,
    identity: value.PREWATT_MQTT_IDENTITY,
    httpPort: value.PREWATT_HTTP_PORT,
    dlmsPort: value.PREWATT_DLMS_PORT,
    dlmsHdlcPort: value.PREWATT_DLMS_HDLC_PORT,
    dlmsSuite: value.PREWATT_DLMS_SUITE === '1' ? 1 : 0,
    lwm2mServer: serverOf(value.PREWATT_LWM2M_SERVER),
    clock: value.PREWATT_CLOCK,
    logLevel: value.PREWATT_LOG_LEVEL,
  });
}

function serverOf(text: string): Config['lwm2mServer'] {
  const [host = '', port] = text.split(':');
  return { host, port: Number(port) };
}
