// The public face of saved views.

export { savedViewRoutes } from './routes.ts';
