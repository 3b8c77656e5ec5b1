// The public face of the consumer pages: their views, their routes, and the
// frame of pages that belong to nobody.

export { publicFrame } from './frame.ts';
export { consumerRoutes } from './routes.ts';
export { liveReading } from './views.ts';
