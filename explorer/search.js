// The search field in the head of the page: a combobox with a list of what was found.

import { fill, h, unique } from './dom.js';
import { find } from './finder.js';
import { icon } from './icons.js';
import { go } from './router.js';
import { say, t } from './words.js';

/** A name whose found letters are marked. */
function marked(name, ranges) {
  const parts = [];
  let at = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    parts.push(name.slice(at, ranges[index]), h('mark', {}, name.slice(ranges[index], ranges[index + 1])));
    at = ranges[index + 1];
  }
  return [...parts, name.slice(at)];
}

/** The search; `/` focuses it from anywhere in the page. */
export function search() {
  const list = unique('found');
  let results = [];
  let active = -1;

  const input = h('input', {
    type: 'text', class: 'search-input', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list,
    'aria-autocomplete': 'list', 'aria-label': t('search.label'), placeholder: t('search.placeholder'),
    autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
    on: { input: update, keydown: steer, focus: update, blur: () => setTimeout(close, 120) },
  });
  const options = h('ul', { id: list, role: 'listbox', class: 'search-results', 'aria-label': t('search.results'), hidden: true });
  const status = h('p', { class: 'offscreen', role: 'status' });

  function close() {
    options.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(result) {
    input.value = '';
    close();
    input.blur();
    go(result.address);
  }

  function mark(to) {
    active = to;
    [...options.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === to)));
    const option = options.children[to];
    if (option?.id) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  function update() {
    const letters = input.value.trim();
    if (!letters) return close();
    results = find(letters);
    fill(options, results.map((result, at) => h('li', {
      role: 'option', id: `${list}-${at}`, class: 'search-result', 'aria-selected': 'false',
      // The mouse must not take the focus from the field before the click comes.
      on: { mousedown: (event) => event.preventDefault(), click: () => choose(result) },
    },
    h('span', { class: `kind kind-${result.kind}` }, t(`kind.${result.kind}`)),
    h('span', { class: 'search-name' }, h('code', {}, marked(result.name, result.ranges)),
      result.context && h('span', { class: 'muted' }, result.context)),
    h('span', { class: 'search-text muted' }, say(result.text).replaceAll('`', '')))));
    if (!results.length) {
      options.append(h('li', { class: 'search-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, t('search.none', { letters })));
    }
    options.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    status.textContent = results.length ? t('search.count', { count: results.length }) : '';
    mark(results.length ? 0 : -1);
  }

  function steer(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (options.hidden) input.value = '';
      close();
    } else if (event.key === 'Enter' && results[active] && !options.hidden) {
      event.preventDefault();
      choose(results[active]);
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !options.hidden && results.length) {
      event.preventDefault();
      mark((active + (event.key === 'ArrowDown' ? 1 : -1) + results.length) % results.length);
    }
  }

  return h('div', { class: 'search', role: 'search' },
    icon('search'), input, h('kbd', { class: 'search-key', 'aria-hidden': 'true' }, '/'), options, status);
}

/** Lets `/` focus the search wherever nothing is typed into. */
export function listenForSlash() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target.closest?.('textarea, select, dialog[open], [contenteditable]')) return;
    if (target.tagName === 'INPUT' && !['checkbox', 'radio'].includes(target.type)) return;
    event.preventDefault();
    document.querySelector('.search-input')?.focus();
  });
}
