// The public log of a utility: static files for anybody who checks it.

import { get } from '../route.ts';

export const tokenLogApi = {
  /** `checkpoint`, `tile/…`, `tile/entries/…` as C2SP tlog-tiles has them, and `key`. */
  file: get('/log/:utility/*'),
};
