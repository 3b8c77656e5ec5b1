// The public face of kept-notifications.

export { createKeptNotifications, type KeptNotifications } from './keep.ts';
export { notificationRoutes } from './routes.ts';
