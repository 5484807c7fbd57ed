// Finds products, actions, parameters and error codes by a few letters.

import uFuzzy from './vendor/ufuzzy-1.0.19/uFuzzy.mjs';
import * as catalogue from './catalogue.js';
import { actionAddress, codeAddress, productAddress } from './router.js';
import { say } from './words.js';

/** How many results are shown: as many as are looked through before typing on. */
const RESULTS_MAX = 40;
/** How far behind each kind stands: an action whose name has the letters somewhere comes before a parameter
 *  that begins with them, and what stands inside of parameters comes last. */
const BEHIND = { product: 0, action: 0.1, parameter: 1.2, code: 1.3, part: 2.4 };

// Letters may be missing between those that are typed, so that `crkp` finds CreateKeyPair.
const fuzzy = new uFuzzy({ intraIns: Infinity, intraChars: '[A-Za-z\\d_.-]', interIns: Infinity });

let entries = null;

/** Every thing that can be found, made once: `{kind, name, context, text, address}`; `isPart` of a parameter inside of another. */
function index() {
  if (entries) return entries;
  entries = [];
  for (const action of catalogue.actions()) {
    const address = actionAddress(action);
    entries.push({ kind: 'action', name: action.name, context: action.product, text: action.summary, address });
    for (const field of catalogue.fields(action.product, action.input)) {
      // What stands inside of a parameter is shown where that one is.
      const there = `${address}#field=${encodeURIComponent(field.name)}`;
      entries.push({ kind: 'parameter', name: field.name, context: action.name, text: field.documentation, address: there });
      const structure = catalogue.structureOf(field.type);
      for (const part of structure ? catalogue.reached(action.product, structure) : []) {
        for (const inner of catalogue.fields(action.product, part)) {
          entries.push({ kind: 'parameter', isPart: true, name: inner.name, context: `${action.name} · ${field.name}`, text: inner.documentation, address: there });
        }
      }
    }
  }
  for (const code of catalogue.codes()) {
    entries.push({ kind: 'code', name: code.code, context: '', text: code.meaning, address: codeAddress(code.code) });
  }
  for (const product of catalogue.products()) {
    entries.push({
      kind: 'product', name: product.title, context: product.version, text: { en: product.name, zh: product.name },
      address: productAddress(product.name),
    });
  }
  return entries;
}

/** How well a name fits: the smaller the better. */
function distance(name, letters) {
  const lower = name.toLowerCase();
  const sought = letters.toLowerCase().replace(/\s+/g, '');
  if (lower === sought) return 0;
  if (lower.startsWith(sought)) return 1;
  const at = lower.indexOf(sought);
  if (at >= 0) return 2 + (/[A-Z._]/.test(name[at]) ? 0 : 1);
  return 4;
}

/** What fits these letters, the best first: entries with `ranges`, the marked parts of the name. */
export function find(letters) {
  const sought = letters.trim();
  if (!sought) return [];
  const all = index();
  const names = all.map((entry) => entry.name);
  const found = new Map();
  if (/[\w]/.test(sought)) {
    const hits = fuzzy.filter(names, sought) ?? [];
    const info = hits.length ? fuzzy.info(hits, names, sought) : { idx: [], ranges: [] };
    info.idx.forEach((at, order) => found.set(at, { ranges: info.ranges[order], rank: distance(names[at], sought) }));
  }
  // Words of the summary, in the language that is read: a plain search, which fits Chinese too.
  const lower = sought.toLowerCase();
  all.forEach((entry, at) => {
    if (!found.has(at) && lower.length > 1 && say(entry.text).toLowerCase().includes(lower)) found.set(at, { ranges: [], rank: 6 });
  });
  return [...found]
    .map(([at, { ranges, rank }]) => ({ ...all[at], ranges, rank: rank + BEHIND[all[at].isPart ? 'part' : all[at].kind] }))
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, RESULTS_MAX);
}
