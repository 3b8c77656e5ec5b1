// The public face of street lights.

export { type StreetLightRoutesDeps, streetLightRoutes } from './routes.ts';
export { createStreetLights, type StreetLightDeps, type StreetLights } from './service.ts';
