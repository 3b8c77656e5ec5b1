// The public face of street lights.

export { keepGroup, keepProgramme, openAccount } from './acts.ts';
export { keepLamps } from './lamp-acts.ts';
export { type StreetLightRoutesDeps, streetLightRoutes } from './routes.ts';
export { createStreetLights, type StreetLightDeps, type StreetLights } from './service.ts';
export { loadAccount } from './store.ts';
