// The public face of the consumer pages: their views and their routes.

export { consumerRoutes } from './routes.ts';
