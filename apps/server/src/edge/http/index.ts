// The public face of the HTTP edge.

export { createHttp, type Health, type HttpDeps } from './app.ts';
