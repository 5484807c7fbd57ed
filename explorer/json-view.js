// The parameters as JSON, in step with the form.

import { h } from './dom.js';
import { isObject, JsonError, parse, stringify } from './json.js';
import { t } from './words.js';

/** The text area; `isWrong()` tells whether it holds no parameters, and gives it the focus then. */
export function jsonView(draft) {
  const error = h('p', { class: 'field-error', id: 'json-error', hidden: true, role: 'status' });
  const area = h('textarea', {
    class: 'input input-long', 'data-json': 'parameters', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', rows: 16,
    'aria-label': t('json.label'), 'aria-describedby': 'json-error', value: stringify(draft.parameters, 2),
    on: { input: take },
  });

  function say(words) {
    error.hidden = !words;
    error.textContent = words ?? '';
    if (words) area.setAttribute('aria-invalid', 'true');
    else area.removeAttribute('aria-invalid');
  }

  function take() {
    try {
      const value = area.value.trim() === '' ? {} : parse(area.value);
      if (!isObject(value)) return say(t('json.no_object'));
      say(null);
      draft.replace(value, 'json');
    } catch (failure) {
      if (!(failure instanceof JsonError)) throw failure;
      say(t('json.wrong', { line: failure.line, column: failure.column }));
    }
  }

  const end = draft.onChange((origin) => {
    if (origin === 'json') return;
    area.value = stringify(draft.parameters, 2);
    say(null);
  });
  return {
    element: h('div', { class: 'field' }, area, error),
    end,
    isWrong() {
      if (!error.hidden) area.focus();
      return !error.hidden;
    },
  };
}
