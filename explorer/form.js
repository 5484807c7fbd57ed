// The form of an action: its fields, and what the server says of each.

import * as catalogue from './catalogue.js';
import { fieldView } from './controls.js';
import { breakable, fill, h, rich } from './dom.js';
import { t } from './words.js';

/** The form; `isLeftOut(field)` tells whether a field is not shown unless it has a value. */
export function form(action, draft, isLeftOut) {
  const fields = catalogue.fields(action.product, action.input);
  const box = h('div', { class: 'form' });
  const context = { product: action.product, draft };
  // An error is shown once a field was filled in, not before.
  const touched = new Set();
  let errors = {};
  let judged = draft.parameters;

  function draw() {
    const shown = fields.filter((field) => !isLeftOut(field) || draft.at([field.name]) !== undefined);
    const left = fields.length - shown.length;
    fill(box,
      shown.map((field) => fieldView(context, field, [field.name])),
      !fields.length && h('p', { class: 'empty' }, t('form.no_parameters')),
      left > 0 && h('p', { class: 'muted left-out' }, t('form.left_out', { count: left })));
    mark();
  }

  function mark() {
    for (const frame of box.children) {
      const { field } = frame.dataset;
      const place = frame.querySelector(':scope > .field-error');
      if (!field || !place) continue;
      const value = draft.at([field]);
      const isShown = (touched.has(field) || value !== undefined) && value === judged[field];
      const error = isShown ? errors[field] : undefined;
      place.hidden = !error;
      fill(place, error && [rich(error.message), ' ', h('span', { class: 'error-code' }, breakable(error.code))]);
      frame.classList.toggle('is-wrong', Boolean(error));
      const input = frame.querySelector(':scope > input, :scope > .input-row > .input');
      if (error) input?.setAttribute('aria-invalid', 'true');
      else input?.removeAttribute('aria-invalid');
    }
  }

  // What appears while a pointer is pressed moves what it is pressed on, and the click is lost.
  let isPressed = false;
  const press = () => { isPressed = true; };
  const release = () => { isPressed = false; };
  addEventListener('pointerdown', press, true);
  for (const type of ['pointerup', 'pointercancel']) addEventListener(type, release, true);
  box.addEventListener('focusout', (event) => {
    const frame = event.target.closest('.form > [data-field]');
    // Going from one control to another of the same field is not leaving it.
    if (!frame || frame.contains(event.relatedTarget)) return;
    touched.add(frame.dataset.field);
    if (isPressed) addEventListener('pointerup', () => setTimeout(mark), { once: true });
    else mark();
  });
  const endOfChanges = draft.onChange((origin) => { if (origin !== 'form') draw(); });
  const end = () => {
    endOfChanges();
    removeEventListener('pointerdown', press, true);
    for (const type of ['pointerup', 'pointercancel']) removeEventListener(type, release, true);
  };
  draw();

  return {
    element: box,
    end,
    redraw: draw,
    /** Shows what the server says of the parameters as they are: `{KeyName: {code, message}}`. */
    showErrors(given) {
      errors = given;
      judged = draft.parameters;
      mark();
    },
    /** From now on every field shows its error. */
    touchAll() {
      for (const field of fields) touched.add(field.name);
      mark();
    },
    /** Moves the focus to a field; whether there is one of this name. */
    focus(name) {
      const frame = [...box.children].find((one) => one.dataset.field === name);
      const target = frame?.querySelector('input, textarea, button');
      target?.focus();
      frame?.scrollIntoView({ block: 'center' });
      return Boolean(target);
    },
  };
}
