// Small parts that several pages are made of.

import { announce, download, fill, h, toClipboard } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

/** How long a button says that it has done its work, in milliseconds. */
const SAID_FOR = 1600;

/** A button that copies what `text()` returns; `name` says what that is. */
export function copyButton(text, name, { isWordy = false, picture = 'copy' } = {}) {
  const label = t('copy_named', { name });
  const button = h('button', {
    type: 'button', class: isWordy ? 'button-small' : 'button-plain', 'aria-label': label, title: label,
    on: {
      click: async () => {
        const worked = await toClipboard(text());
        announce(t(worked ? 'copied' : 'not_copied'));
        draw(worked ? 'done' : 'warning');
        setTimeout(() => draw(picture), SAID_FOR);
      },
    },
  });
  const draw = (shown) => fill(button, icon(shown), isWordy && t(shown === 'done' ? 'copied' : 'copy'));
  draw(picture);
  return button;
}

/** A button that saves what `text()` returns as a file. */
export const saveButton = (text, file, words = t('save_as_file')) => h('button', {
  type: 'button', class: 'button-small', title: file, on: { click: () => download(file, text()) },
}, icon('download'), words);

/** A block of text with a title and a button to copy it. `content` may be elements instead of the text. */
export function block(title, text, { content = text, extra = null, level = null } = {}) {
  return h('section', { class: 'block' },
    h('header', { class: 'block-head' },
      level ? h(level, { class: 'block-title' }, title) : h('span', { class: 'block-title' }, title),
      h('span', { class: 'block-tools' }, extra, copyButton(() => text, title))),
    h('pre', { class: 'block-text' }, h('code', {}, content)));
}

/** What stands where there is nothing yet. */
export const empty = (title, text, ...more) => h('div', { class: 'empty-state' },
  h('p', { class: 'empty-title' }, title), text && h('p', { class: 'muted' }, text), more);

/** What stands where something failed. */
export const failure = (title, text, ...more) => h('div', { class: 'notice notice-error', role: 'alert' },
  icon('warning'), h('div', { class: 'notice-body' }, h('p', { class: 'notice-title' }, title), text && h('p', {}, text), more));

/** What is to be known before going on. */
export const warning = (title, text) => h('div', { class: 'notice notice-warning' },
  icon('warning'), h('div', { class: 'notice-body' }, h('p', { class: 'notice-title' }, title), text && h('p', {}, text)));

/** What stands while something is on its way. */
export const loading = (words = t('loading')) => h('div', { class: 'loading', role: 'status' },
  h('span', { class: 'offscreen' }, words), ...[1, 2, 3, 4].map(() => h('span', { class: 'bone', 'aria-hidden': 'true' })));

/** A switch with its words. */
export const toggle = (words, isOn, onChange) => h('label', { class: 'switch' },
  h('input', { type: 'checkbox', role: 'switch', checked: isOn, on: { change: ({ target }) => onChange(target.checked) } }),
  h('span', { class: 'switch-track', 'aria-hidden': 'true' }), h('span', {}, words));

/** A list to choose from; `options` are `[value, words]`. */
export function select(words, options, value, onChange, { isHidden = false } = {}) {
  const box = h('select', { class: 'input select', 'aria-label': isHidden ? words : null, on: { change: ({ target }) => onChange(target.value) } },
    options.map(([one, label]) => h('option', { value: one }, label)));
  box.value = value;
  return isHidden ? box : h('label', { class: 'labelled' }, h('span', {}, words), box);
}

/** Bytes as people read them. */
export function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}

/** Opens a dialog and returns what it was closed with; Escape is `null`. `make` gets `close`. The browser
 *  itself gives the focus back. */
export function dialog(label, make) {
  return new Promise((resolve) => {
    const box = h('dialog', { class: 'dialog', 'aria-label': label });
    let answer = null;
    const close = (value) => { answer = value; box.close(); };
    box.addEventListener('close', () => {
      box.remove();
      resolve(answer);
    });
    box.addEventListener('click', (event) => { if (event.target === box) close(null); });
    fill(box, h('div', { class: 'dialog-body' }, make(close)));
    document.body.append(box);
    box.showModal();
  });
}

/** Closes what is open, with `null`: its question is of a page that is left. */
export const closeDialogs = () => document.querySelectorAll('dialog[open]').forEach((box) => box.close());
