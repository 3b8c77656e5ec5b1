// The driver of meters that speak the head-end's own messages over MQTT: it passes them on. The
// links themselves, embedded broker or one of the utility's own, are the head-end's.

import type { DriverCapabilities, MeterDriver } from '@prewatt/protocol';
import type { MqttLink } from '../../headend/index.ts';

/** At best: what a meter lacks it refuses itself, as `unsupported`. */
export const mqttCapabilities: DriverCapabilities = {
  abilities: [
    ...(['readState', 'readRegisters', 'readProfile', 'readEvents'] as const),
    ...(['setClock', 'switch', 'setPowerLimit', 'enterToken', 'changeKeys', 'setTariff'] as const),
  ],
  credit: 'entersToken',
  reach: 'meterConnects',
};

export const createMqttDriver = (link: MqttLink): MeterDriver => ({
  name: 'mqtt',
  capabilities: mqttCapabilities,
  send: link.send,
  listen: link.listen,
  drop: link.drop,
  close: link.close,
});
