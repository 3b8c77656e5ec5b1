// The public face of install jobs.

export { jobLife } from './job-life.ts';
export { createInstalls, type Installs } from './service.ts';
export { installsForAttention } from './view.ts';
