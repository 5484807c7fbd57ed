// The calls of this browser: replay one, compare two.

import { pairs } from './diff.js';
import { breakable, fill, h } from './dom.js';
import * as store from './history-store.js';
import { icon } from './icons.js';
import { stringify } from './json.js';
import { actionAddress, fragmentOf, go, pageAddress } from './router.js';
import { t, timeOf } from './words.js';
import { dialog, empty, warning } from './widgets.js';

const addressOf = (entry) => actionAddress({ ...entry, name: entry.action }) + fragmentOf(entry);
const callOf = (entry) => `${entry.action}, ${timeOf(entry.time)}`;
const replyText = (entry) => (entry.reply ? stringify(entry.reply, 2) : '');

function comparison([a, b], onBack) {
  const rows = pairs(replyText(a), replyText(b));
  const missing = [a, b].filter(({ reply }) => !reply);
  const differences = rows.filter(({ isSame }) => !isSame).length;
  const side = (entry, title) => h('th', { scope: 'col' }, h('span', { class: 'block-title' }, title), h('code', {}, entry.action), ' ', h('span', { class: 'muted' }, timeOf(entry.time)));
  const cell = (text, tag, isSame) => (text === null
    ? h('td', { class: 'diff-none' })
    : h('td', { class: isSame ? '' : `diff-${tag}` }, isSame ? text : h(tag, {}, text)));
  return h('section', { class: 'diff', 'aria-label': t('history.comparison') },
    h('div', { class: 'toolbar' },
      h('button', { type: 'button', class: 'button-small', on: { click: onBack } }, t('history.back')),
      !missing.length && h('span', { role: 'status' }, differences ? t('history.differences', { count: differences }) : t('history.same'))),
    missing.map((entry) => warning(t('history.not_kept', { call: callOf(entry) }))),
    !missing.length && h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('history.comparison') },
      h('table', { class: 'diff-table' },
        h('thead', {}, h('tr', {}, side(a, t('history.first')), side(b, t('history.second')))),
        h('tbody', {}, rows.map(({ left, right, isSame }) => h('tr', {}, cell(left, 'del', isSame), cell(right, 'ins', isSame)))))));
}

export function historyPage() {
  const place = h('div', { class: 'history' });
  let chosen = [];

  function row(entry, draw) {
    const call = callOf(entry);
    return h('tr', {},
      h('td', { class: 'cell-check' }, h('input', {
        type: 'checkbox', checked: chosen.includes(entry.id), 'aria-label': t('history.choose', { call }),
        on: {
          change: ({ target }) => {
            // A third one takes the place of the first.
            chosen = target.checked ? [...chosen, entry.id].slice(-2) : chosen.filter((id) => id !== entry.id);
            draw(entry.id);
          },
        },
      })),
      h('td', { class: 'nowrap muted' }, timeOf(entry.time)),
      h('th', { scope: 'row' }, h('a', { href: addressOf(entry) }, breakable(entry.action))),
      h('td', {}, h('span', { class: `badge badge-${entry.code === 'ok' ? 'ok' : 'error'}` }, entry.code ? breakable(entry.code) : t('history.no_answer'))),
      h('td', { class: 'nowrap number' }, `${entry.duration} ms`),
      h('td', { class: 'cell-long muted' }, h('code', {}, stringify(entry.parameters))),
      h('td', {}, h('button', {
        type: 'button', class: 'button-small', 'aria-label': t('history.replay_named', { call }),
        on: { click: () => go(addressOf(entry), { isReplayed: true }) },
      }, icon('again'), h('span', {}, t('history.replay')))));
  }

  function draw(focusOn) {
    const entries = store.all();
    if (!entries.length) {
      return fill(place, empty(t('history.none'), t('history.none_text'), h('a', { class: 'button', href: pageAddress('') }, t('home.choose'))));
    }
    const two = entries.filter(({ id }) => chosen.includes(id)).reverse();
    const compare = h('button', {
      type: 'button', class: 'button-small', disabled: two.length !== 2,
      on: { click: () => { fill(place, comparison(two, () => draw('back'))); place.querySelector('button').focus(); } },
    }, t('history.compare', { count: two.length }));
    const clear = h('button', {
      type: 'button', class: 'button-quiet',
      on: {
        click: async () => {
          const isSure = await dialog(t('history.clear'), (close) => [
            h('h2', {}, t('history.clear')), h('p', {}, t('history.clear_text', { count: entries.length })),
            h('div', { class: 'dialog-buttons' },
              h('button', { type: 'button', class: 'button', on: { click: () => close(true) } }, t('history.clear')),
              h('button', { type: 'button', class: 'button-quiet', on: { click: () => close(null) } }, t('cancel')))]);
          if (isSure) { store.clear(); chosen = []; draw(); }
        },
      },
    }, t('history.clear'));
    fill(place,
      h('div', { class: 'toolbar' }, compare, h('span', { class: 'toolbar-end' }, clear)),
      h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('page.history') }, h('table', { class: 'table table-list table-history' },
        h('thead', {}, h('tr', {},
          h('th', { scope: 'col' }, h('span', { class: 'offscreen' }, t('history.compare_column'))), h('th', { scope: 'col' }, t('requests.time')), h('th', { scope: 'col' }, t('requests.action')),
          h('th', { scope: 'col' }, t('requests.code')), h('th', { scope: 'col' }, t('requests.duration')), h('th', { scope: 'col' }, t('doc.parameters')), h('th', { scope: 'col' }, h('span', { class: 'offscreen' }, t('history.replay'))))),
        h('tbody', {}, entries.map((entry) => row(entry, draw))))));
    if (focusOn === 'back') compare.focus();
    else if (focusOn) place.querySelectorAll('tbody input')[entries.findIndex(({ id }) => id === focusOn)]?.focus();
  }

  draw();
  // Another tab has called; two replies that are compared stay where they are.
  const onStorage = () => { if (!place.querySelector('.diff')) draw(); };
  addEventListener('storage', onStorage);
  return {
    element: h('div', { class: 'page' },
      h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, t('page.history')), h('p', { class: 'lead' }, t('history.lead'))),
      place),
    end: () => removeEventListener('storage', onStorage),
  };
}
