// The modules of the pages behind the first one: loaded when they are asked for, or when there is time.

const MODULES = {
  action: () => import('./action-page.js'),
  signature: () => import('./signature-page.js'),
  requests: () => import('./requests-page.js'),
  history: () => import('./history-page.js'),
};

/** The module of a page; none is needed for those that `app.js` draws. */
export const load = (page) => MODULES[page]?.();

/** Loads those that are left. */
export const loadAll = () => Object.values(MODULES).forEach((load) => load().catch(() => { /* asked again when it is needed */ }));
