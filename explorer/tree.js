// A value as a tree that can be folded: arrows move, right and left open and fold.

import { h } from './dom.js';
import { icon } from './icons.js';
import { isObject } from './json.js';
import { t } from './words.js';

/** Lists longer than this start folded. */
const OPEN_ITEMS_MAX = 20;

function scalar(value) {
  if (value === null) return h('span', { class: 'json-null' }, 'null');
  if (typeof value === 'string') return h('span', { class: 'json-string' }, JSON.stringify(value));
  return h('span', { class: typeof value === 'boolean' ? 'json-bool' : 'json-number' }, String(value));
}

function node(name, value, depth) {
  const isList = Array.isArray(value);
  const label = name === null ? [] : [h('span', { class: 'json-name' }, name), h('span', { class: 'json-mark' }, ': ')];
  if (!isList && !isObject(value)) {
    return h('li', { role: 'treeitem', class: 'tree-item', tabindex: '-1' }, h('span', { class: 'tree-row' }, label, scalar(value)));
  }
  const entries = Object.entries(value);
  if (!entries.length) {
    return h('li', { role: 'treeitem', class: 'tree-item', tabindex: '-1' }, h('span', { class: 'tree-row' }, label, h('span', { class: 'json-mark' }, isList ? '[]' : '{}')));
  }
  const isOpen = depth < 3 || entries.length <= OPEN_ITEMS_MAX;
  const count = isList ? t('tree.items', { count: entries.length }) : t('tree.fields', { count: entries.length });
  return h('li', { role: 'treeitem', class: 'tree-item tree-branch', tabindex: '-1', 'aria-expanded': String(isOpen) },
    h('span', { class: 'tree-row' }, icon('fold'), label, h('span', { class: 'json-mark' }, isList ? '[ ' : '{ '), h('span', { class: 'tree-count' }, count), h('span', { class: 'json-mark' }, isList ? ' ]' : ' }')),
    h('ul', { role: 'group', class: 'tree-group' }, entries.map(([inner, item]) => node(isList ? String(inner) : inner, item, depth + 1))));
}

/** The tree of a value; `label` names it. */
export function tree(value, label) {
  const root = h('ul', { role: 'tree', class: 'tree', 'aria-label': label },
    Object.entries(value).map(([name, item]) => node(name, item, 1)));
  const items = () => [...root.querySelectorAll('[role=treeitem]')].filter((item) => !item.parentElement.closest('[aria-expanded=false]'));
  const focus = (item) => {
    if (!item) return;
    for (const other of root.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  };
  const open = (item, isOpen) => item.setAttribute('aria-expanded', String(isOpen));

  root.addEventListener('click', (event) => {
    const item = event.target.closest('[role=treeitem]');
    if (!item) return;
    if (item.hasAttribute('aria-expanded') && event.target.closest('.tree-row') && !String(getSelection())) {
      open(item, item.getAttribute('aria-expanded') === 'false');
    }
    focus(item);
  });
  root.addEventListener('keydown', (event) => {
    const item = event.target.closest('[role=treeitem]');
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const state = item.getAttribute('aria-expanded');
    const all = items();
    const at = all.indexOf(item);
    const actions = {
      ArrowDown: () => focus(all[at + 1]),
      ArrowUp: () => focus(all[at - 1]),
      Home: () => focus(all[0]),
      End: () => focus(all.at(-1)),
      ArrowRight: () => (state === 'false' ? open(item, true) : state === 'true' && focus(all[at + 1])),
      ArrowLeft: () => (state === 'true' ? open(item, false) : focus(item.parentElement.closest('[role=treeitem]'))),
      Enter: () => state && open(item, state === 'false'),
      ' ': () => state && open(item, state === 'false'),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  });
  const first = root.querySelector('[role=treeitem]');
  if (first) first.tabIndex = 0;
  return root;
}
