// A control for each type of the schema. Each reads and writes its place in the draft.

import * as catalogue from './catalogue.js';
import { fill, h, rich, unique } from './dom.js';
import { icon } from './icons.js';
import { integer, stringify } from './json.js';
import { isSecretName } from './secret.js';
import { listOf, say, t } from './words.js';

/** Fields whose text has lines: keys, documents, policies. */
const MANY_LINES = /^(PublicKey|Policy|.*Document|UserData|.*Script|.*Content)$/;
/** The empty value of a new item of a list. */
const fresh = (type) => (typeof type === 'string' ? (type === 'bool' ? false : '') : type.list ? [] : {});
const isInList = (path) => typeof path.at(-1) === 'number';

/** The control of a value: `place` holds `type`, `path`, `name`, `labels` (ARIA attributes), `suggestions`. */
export function control(form, place) {
  const { type } = place;
  if (type === 'bool') return choice(form, place);
  if (type === 'int64' || type === 'uint64') return number(form, place);
  if (type === 'string') return text(form, place);
  return type.list ? list(form, place) : structure(form, place);
}

const addButton = (name, add) => h('button', { type: 'button', class: 'button-small add', on: { click: add } }, icon('add'), t('form.add', { name }));
const removeButton = (name, remove) => {
  const label = t('form.remove', { name });
  return h('button', { type: 'button', class: 'button-plain remove', 'aria-label': label, title: label, on: { click: remove } }, icon('close'));
};

/** Whether the control is a group of others, which a legend names, not a label. */
const isGroup = (type) => type === 'bool' || typeof type !== 'string';

function number(form, { path, id, labels }) {
  const value = form.draft.at(path);
  return h('input', {
    id, ...labels, type: 'text', inputmode: 'numeric', class: 'input input-number', autocomplete: 'off', spellcheck: 'false',
    value: value === undefined ? '' : String(value),
    on: {
      input: ({ target }) => {
        const digits = target.value.trim();
        // What is no integer goes on as text, and the server says what it should be.
        const whole = /^-?\d{1,40}$/.test(digits) ? integer(digits) : digits;
        form.draft.set(path, digits === '' && !isInList(path) ? undefined : whole);
      },
    },
  });
}

function text(form, { path, id, name, labels, suggestions }) {
  const value = form.draft.at(path);
  const shown = value === undefined || value === null ? '' : typeof value === 'string' ? value : stringify(value);
  const isLong = MANY_LINES.test(name) || shown.includes('\n');
  const isSecret = isSecretName(name);
  const attributes = {
    id, ...labels, class: `input${isLong ? ' input-long' : ''}`, value: shown, spellcheck: 'false', autocapitalize: 'off',
    autocomplete: isSecret ? 'new-password' : 'off',
    on: {
      input: ({ target }) => {
        form.draft.set(path, target.value === '' && !isInList(path) ? undefined : target.value);
        if (empty) settle(target.value);
      },
    },
  };
  const input = isLong
    ? h('textarea', { ...attributes, rows: name.endsWith('Key') ? 3 : 6 })
    : h('input', { ...attributes, type: isSecret ? 'password' : 'text', list: suggestions?.length ? `${id}-names` : null });
  const names = suggestions?.length > 0 && h('datalist', { id: `${id}-names` }, suggestions.map((one) => h('option', { value: one })));

  // An empty field is not sent; an empty text has to be asked for.
  const empty = !isInList(path) && h('button', {
    type: 'button', class: 'button-plain empty-text', 'aria-label': t('form.empty_text', { name }), title: t('form.empty_text', { name }),
    on: {
      click: () => {
        const isSent = form.draft.at(path) === '';
        form.draft.set(path, isSent ? undefined : '');
        settle(input.value);
      },
    },
  }, h('code', {}, '""'));
  const show = isSecret && !isLong && h('button', {
    type: 'button', class: 'button-plain', 'aria-label': t('show_named', { name }), 'aria-pressed': 'false',
    on: {
      click: ({ currentTarget }) => {
        const isShown = input.type === 'text';
        input.type = isShown ? 'password' : 'text';
        currentTarget.setAttribute('aria-pressed', String(!isShown));
      },
    },
  }, icon('show'));
  function settle(typed) {
    empty.hidden = typed !== '';
    empty.setAttribute('aria-pressed', String(form.draft.at(path) === ''));
  }
  if (empty) settle(shown);
  return h('div', { class: 'input-row' }, input, names, show, empty);
}

function choice(form, { path, labels, name }) {
  const group = unique('choice');
  const value = form.draft.at(path);
  const options = [[undefined, t('form.not_sent')], [true, 'true'], [false, 'false']].filter(([option]) => option !== undefined || !isInList(path));
  return h('div', { class: 'segments', role: 'radiogroup', ...labels, 'aria-label': name },
    options.map(([option, words]) => h('label', { class: 'segment' },
      h('input', { type: 'radio', name: group, checked: value === option, on: { change: () => form.draft.set(path, option) } }),
      h('span', {}, words))));
}

function list(form, { type, path, name, documentation, suggestions: ofItems }) {
  const box = h('div', { class: 'list' });
  const items = () => { const value = form.draft.at(path); return Array.isArray(value) ? value : []; };
  const item = type.list;
  const suggestions = item.structure ? filterNames(form, item.structure, documentation) : ofItems;
  function draw() {
    fill(box,
      items().map((_, at) => {
        const label = `${name}[${at}]`;
        const place = { type: item, path: [...path, at], name, id: unique('item'), labels: { 'aria-label': label }, suggestions };
        const remove = removeButton(label, () => take(at));
        return isGroup(item)
          ? h('fieldset', { class: 'item item-group' }, h('legend', {}, h('code', {}, label)), remove, control(form, place))
          : h('div', { class: 'item' }, control(form, place), remove);
      }),
      addButton(name, add));
  }
  function add() {
    form.draft.set(path, [...items(), fresh(item)]);
    draw();
    const added = box.children[items().length - 1];
    added?.querySelector('input, textarea, .add')?.focus();
  }
  function take(at) {
    const rest = items().filter((_, other) => other !== at);
    form.draft.set(path, rest.length || isInList(path) ? rest : undefined);
    draw();
    const removes = box.querySelectorAll(':scope > .item > .remove');
    (removes[Math.min(at, removes.length - 1)] ?? box.querySelector(':scope > .add')).focus();
  }
  draw();
  return box;
}

/** The names that a filter may have, as its documentation lists them. */
function filterNames(form, structureName, documentation) {
  const names = catalogue.fields(form.product, structureName).map((field) => field.name);
  if (names.join() !== 'Name,Values' || !documentation) return null;
  return [...documentation.en.matchAll(/`([a-z][^`<\s]*)`/g)].map(([, name]) => name);
}

function structure(form, { type, path, name, suggestions, isOptional }) {
  const box = h('div', { class: 'structure' });
  function draw() {
    const isThere = !isOptional || form.draft.at(path) !== undefined;
    fill(box, isThere
      ? [
        isOptional && removeButton(name, () => put(undefined)),
        catalogue.fields(form.product, type.structure).map((field) => fieldView(form, field, [...path, field.name], field.name === 'Name' ? suggestions : null)),
      ]
      : addButton(name, () => put({})));
  }
  function put(value) {
    form.draft.set(path, value);
    draw();
    box.querySelector('input, textarea, .add')?.focus();
  }
  draw();
  return box;
}

/** A field with its name, type, documentation, control and place for an error. */
export function fieldView(form, field, path, suggestions = null) {
  const id = unique('field');
  const group = isGroup(field.type);
  const isTop = path.length === 1;
  const describedBy = isTop ? `${id}-text ${id}-error` : `${id}-text`;
  const labels = group ? {} : { 'aria-describedby': describedBy, 'aria-required': field.required ? 'true' : null };
  const head = [
    h('code', { class: 'field-name' }, field.name),
    h('span', { class: 'field-type muted' }, catalogue.typeName(field.type, listOf)),
    field.required && h('span', { class: 'field-required' }, t('form.required')),
  ];
  const frame = h(group ? 'fieldset' : 'div', { class: `field${group ? ' field-group' : ''}`, 'data-field': field.name, 'aria-describedby': group ? describedBy : null },
    group ? h('legend', {}, head) : h('label', { for: id }, head),
    h('p', { class: 'field-text', id: `${id}-text` }, rich(say(field.documentation))),
    control(form, {
      type: field.type, path, id, name: field.name, labels, suggestions: suggestions ?? field.values, documentation: field.documentation,
      isOptional: !field.required,
    }),
    isTop && h('p', { class: 'field-error', id: `${id}-error`, hidden: true }));
  return frame;
}
