// Addresses. What is shared stands in the fragment, which browsers send to no server.

import { isObject, parse as parseJson, stringify } from './json.js';
import { withoutSecrets } from './secret.js';

const ROOT = '/explorer';
/** The pages that are of no action, but for the first one. */
export const PAGES = ['signature', 'requests', 'history'];

let onRoute = () => {};

/** What an address shows: `{page, product, version, action, fragment}`. Each step makes another one. */
export function read({ pathname, hash }) {
  const fragment = new URLSearchParams(hash.slice(1));
  const parts = pathname.slice(ROOT.length).split('/').filter(Boolean).map(decodeURIComponent);
  if (!parts.length) return { page: 'home', fragment };
  if (parts.length === 1 && PAGES.includes(parts[0])) return { page: parts[0], fragment };
  const [product, version, action] = parts;
  if (parts.length === 3) return { page: 'action', product, version, action, fragment };
  return { page: 'missing', fragment };
}

/** The address of a page: `''` is the first one. */
export const pageAddress = (page) => (page ? `${ROOT}/${page}` : ROOT);

/** The address that shows what an error code means. */
export const codeAddress = (code) => `${ROOT}#code=${encodeURIComponent(code)}`;

/** The address that shows a product. */
export const productAddress = (product) => `${ROOT}#product=${encodeURIComponent(product)}`;

/** The address of an action, without a filled form. */
export const actionAddress = (action) => `${ROOT}/${action.product}/${action.version}/${action.name}`;

/** The fragment of a filled form, without what may be secret; empty if there is nothing to share. */
export function fragmentOf({ parameters, region, tab }) {
  const fragment = new URLSearchParams();
  const shared = withoutSecrets(parameters ?? {}, undefined);
  if (region) fragment.set('region', region);
  if (tab) fragment.set('tab', tab);
  if (Object.keys(shared).length) fragment.set('parameters', stringify(shared));
  const text = fragment.toString();
  return text ? `#${text}` : '';
}

/** The filled form of a fragment; what cannot be read is as if it were not there. */
export function formOf(fragment) {
  let parameters = null;
  try {
    const read = parseJson(fragment.get('parameters') ?? 'null');
    if (isObject(read)) parameters = read;
  } catch { /* cut off on its way: the form is empty then */ }
  return { parameters, region: fragment.get('region'), tab: fragment.get('tab') };
}

/** Shows another address. Whether the call of the form there is made at once is not for an address to say:
 *  a link must not call. */
export function go(address, { isReplayed = false } = {}) {
  // As browsers do it: the same address again is no further step back.
  const isSame = address === location.pathname + location.hash;
  history[isSame ? 'replaceState' : 'pushState'](null, '', address);
  onRoute({ ...read(location), isReplayed });
}

/** Writes another fragment into the address that is shown. */
export const replaceFragment = (fragment) => history.replaceState(null, '', location.pathname + fragment);

/** Whether an address is one of this page's own. */
function isOurs(address) {
  return address.origin === location.origin
    && (address.pathname === ROOT || address.pathname.startsWith(`${ROOT}/`))
    && !/^\/explorer\/(reference$|assets\/|catalogue\.json$)/.test(address.pathname);
}

/** Calls `listener` with each route from now on, the first one too; `isReturn` of one that was shown before,
 *  `isReplayed` of one whose call is to be made. */
export function start(listener) {
  onRoute = listener;
  addEventListener('popstate', () => listener({ ...read(location), isReturn: true }));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.getAttribute('href').startsWith('#')) return;
    const address = new URL(link.href);
    if (!isOurs(address)) return;
    event.preventDefault();
    go(address.pathname + address.hash);
  });
  listener(read(location));
}
