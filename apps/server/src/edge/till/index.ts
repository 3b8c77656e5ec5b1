// The public face of the pages of a shop's phone.

export { tillPageRoutes } from './routes.ts';
