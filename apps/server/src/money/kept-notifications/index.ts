// The public face of kept-notifications.

export {
  createKeptNotifications,
  type Judged,
  type KeptNotifications,
  type ToKeep,
} from './keep.ts';
export { type Password, shown } from './masks.ts';
export { failedNotificationCount, isFailed, type Told } from './store.ts';
