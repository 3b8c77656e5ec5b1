// What is kept of a linked device goes into the row of what it is: a meter's or a lamp's.

import { keepLampFault, keepLampHeard, keepLampSerial } from './lamp-store.ts';
import { keepFault, keepHeard, keepSerial } from './link-store.ts';

const ofMeters = { heard: keepHeard, serial: keepSerial, fault: keepFault };
const ofLamps: typeof ofMeters = {
  ...{ heard: keepLampHeard, serial: keepLampSerial, fault: keepLampFault },
};

export const keepingOf = ({ of }: { readonly of: 'meter' | 'lamp' }): typeof ofMeters =>
  of === 'lamp' ? ofLamps : ofMeters;
