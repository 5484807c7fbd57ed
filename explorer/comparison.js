// A field for somebody's own text, and how it compares with the right one.

import { compare } from './compare.js';
import { announce, debounce, fill, h, rich, unique } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';
import { block } from './widgets.js';

const visible = (text) => text.replaceAll('\n', '↵\n').replaceAll('\t', '→').replaceAll(' ', '·');

/** A text whose first difference is marked: the rest of its line, or its end. */
function markedAt(text, at) {
  const end = text.indexOf('\n', at);
  const part = end < 0 ? text.slice(at) : text.slice(at, Math.max(end, at + 1));
  return [h('span', { class: 'muted' }, text.slice(0, at)), h('mark', { class: 'difference' }, part ? visible(part) : t('compare.ends')), text.slice(at + part.length)];
}

/** What is to be said of a text; `null` of an empty one. */
function outcome({ stages, version, moment, take, choose }, text) {
  if (!text.trim()) return null;
  const found = compare(stages, version, text);
  if (!found) return h('p', { class: 'field-error' }, t('compare.unknown'));
  if (found.isOtherVersion) {
    return h('p', { class: 'toolbar' },
      h('span', { class: 'field-error' }, t(found.isVersion3 ? 'compare.is_tc3' : 'compare.is_v1')),
      choose && h('button', { type: 'button', class: 'button-small', on: { click: () => choose(found.version) } }, t('compare.switch', { version: found.version })));
  }
  const stage = t(`stage.${found.stage}`);
  if (found.isSame) return h('p', { class: 'notice notice-ok' }, icon('done'), h('span', {}, t('compare.same', { stage })));
  const isOtherMoment = (found.timestamp !== undefined && found.timestamp !== moment?.timestamp)
    || (found.nonce !== undefined && found.nonce !== String(moment?.nonce));
  return h('div', { class: 'comparison' },
    h('div', { class: 'notice notice-error' }, icon('warning'), h('div', { class: 'notice-body' },
      h('p', { class: 'notice-title', 'data-difference': found.part }, t('compare.differs', { stage, line: found.line, column: found.column, part: t(`part.${found.part}`, { name: found.name }) })),
      h('p', {}, rich(t(`advice.${found.part}`, { name: found.name }))),
      take && isOtherMoment && h('button', { type: 'button', class: 'button-small', on: { click: () => take(found) } }, t('compare.take_time')))),
    h('div', { class: 'beside' },
      block(t('compare.yours'), found.given, { content: markedAt(found.given, found.there) }),
      block(t('compare.right'), found.right, { content: markedAt(found.right, found.at) })));
}

/**
 * The field and what comes of it. `right()` returns `stages` and `version` of what is right, and maybe
 * `moment`, the `timestamp` and `nonce` it was signed with, `take` to sign with others, and `choose` to
 * take another version.
 */
export function comparison(right, { text = '', onInput = () => {} } = {}) {
  const id = unique('theirs');
  const place = h('div', { class: 'compared' });
  let said = '';
  function draw() {
    fill(place, outcome(right(), field.value));
    // The outcome is said, not both texts.
    const words = place.querySelector('.notice-title, .notice-ok, .field-error')?.textContent ?? '';
    if (words !== said) announce(words);
    said = words;
  }
  const field = h('textarea', {
    id, class: 'input input-long', 'data-compare': 'theirs', rows: 4, spellcheck: 'false', autocapitalize: 'off', value: text, placeholder: t('compare.placeholder'),
    on: { input: debounce(150, () => { onInput(field.value); draw(); }) },
  });
  draw();
  return {
    element: h('section', { class: 'theirs', 'aria-label': t('compare.title') },
      h('div', { class: 'labelled' }, h('label', { for: id }, t('compare.title')), h('p', { class: 'muted' }, t('compare.text')), field),
      place),
    draw,
  };
}
