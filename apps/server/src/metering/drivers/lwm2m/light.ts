// What a lamp is by its controller's objects: light control (3311), or power control (3312).

import {
  type Entry,
  type Link,
  lightObject,
  type Path,
  powerControlObject,
  resourcePath,
} from '@prewatt/lwm2m';

/** Where a lamp is switched, dimmed and, by itself, measured. */
export type Light = {
  readonly isOn: WritePath;
  readonly dimmer: WritePath;
  readonly activeEnergy: Path;
};
export type WritePath = Entry['path'];

/** By what it said when it registered; a light before a mere switch. */
export function lightIn(links: readonly Link[]): Light | null {
  for (const object of [lightObject, powerControlObject]) {
    const found = links.flatMap(({ path }) =>
      path?.object === object.id && path.instance !== undefined ? [path.instance] : [],
    );
    if (found.length === 0) continue;
    const at = (name: 'isOn' | 'dimmer' | 'activeEnergy') =>
      resourcePath(object, Math.min(...found), name);
    return { isOn: at('isOn'), dimmer: at('dimmer'), activeEnergy: at('activeEnergy') };
  }
  return null;
}
