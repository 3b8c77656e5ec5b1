// The public face of kept-notifications.

export { createKeptNotifications, type KeptNotifications, type ToKeep } from './keep.ts';
export type { Password } from './masks.ts';
export { notificationRoutes } from './routes.ts';
export { failedNotificationCount } from './store.ts';
