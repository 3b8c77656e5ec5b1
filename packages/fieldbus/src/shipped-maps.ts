// The register maps that come with Prewatt, by name. A site adds its own as files of the same form.

import { expectOk } from '@prewatt/quantities';
import dlt6451997 from './maps/dlt645-1997.json' with { type: 'json' };
import dlt6452007 from './maps/dlt645-2007.json' with { type: 'json' };
import eastronSinglePhase from './maps/eastron-single-phase.json' with { type: 'json' };
import eastronThreePhase from './maps/eastron-three-phase.json' with { type: 'json' };
import ornoWe504 from './maps/orno-we-504.json' with { type: 'json' };
import ytlIec from './maps/ytl-iec62056-21.json' with { type: 'json' };
import ytlSinglePhase from './maps/ytl-single-phase.json' with { type: 'json' };
import ytlThreePhase from './maps/ytl-three-phase.json' with { type: 'json' };
import { checkRegisterMap, type RegisterMap } from './register-map.ts';

const documents: readonly unknown[] = [
  ...[ytlSinglePhase, ytlThreePhase, ornoWe504, eastronSinglePhase, eastronThreePhase],
  ...[dlt6452007, dlt6451997, ytlIec],
];

export const shippedMaps: ReadonlyMap<string, RegisterMap> = new Map(
  documents.map((document) => {
    const map = expectOk(checkRegisterMap(document), 'a register map that comes with Prewatt');
    return [map.name, map];
  }),
);
