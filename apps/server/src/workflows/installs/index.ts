// The public face of install jobs.

export { createInstalls, type Installs } from './service.ts';
export { installsForAttention } from './view.ts';
