// Where the credential of this tab is entered.

import * as credentials from './credentials.js';
import { announce, fill, h, unique } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';
import { dialog, warning } from './widgets.js';

/** Asks for a credential; whether there is one afterwards. */
export async function askForCredentials() {
  await dialog(t('credentials.title'), (close) => {
    const given = credentials.get();
    const entry = (name, isSecret, isOptional) => {
      const id = unique('credential');
      const input = h('input', {
        id, class: 'input', type: isSecret ? 'password' : 'text', value: given[name], 'data-credential': name,
        autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-required': isOptional ? null : 'true',
      });
      return { input, element: h('div', { class: 'field' }, h('label', { for: id }, h('span', { class: 'field-name' }, t(`credentials.${name}`)),
        isOptional && h('span', { class: 'muted' }, t('credentials.only_temporary'))), input) };
    };
    const entries = { secretId: entry('secretId', false), secretKey: entry('secretKey', true), token: entry('token', true, true) };
    // Key and token of another SecretId are not this one's.
    entries.secretId.input.addEventListener('input', () => {
      for (const name of ['secretKey', 'token']) {
        if (entries[name].input.value === given[name]) entries[name].input.value = '';
      }
    });
    const session = h('input', { type: 'checkbox', checked: credentials.isInSession(), 'data-credential': 'session' });
    const error = h('p', { class: 'field-error', role: 'alert', hidden: true });
    const save = (event) => {
      event.preventDefault();
      const values = Object.fromEntries(Object.entries(entries).map(([name, { input }]) => [name, input.value]));
      const complain = (words, name) => {
        error.textContent = t(words, { name: t(`credentials.${name}`) });
        error.hidden = false;
        entries[name].input.focus();
      };
      const missing = ['secretId', 'secretKey'].find((name) => !values[name].trim());
      if (missing) return complain('credentials.missing', missing);
      // No header could carry it: the browser would refuse the call, as if the server did not answer.
      const wrong = Object.keys(values).find((name) => !/^[\x21-\x7e]*$/.test(values[name].trim()));
      if (wrong) return complain('credentials.wrong', wrong);
      credentials.set(values, session.checked);
      announce(t('credentials.taken'));
      close(true);
    };
    return [
      h('h2', {}, t('credentials.title')),
      // Who reads the page on the way could change it to send the key elsewhere: said before asking.
      !isSecureContext && warning(t('credentials.insecure_title'), t('credentials.insecure')),
      h('p', { class: 'muted' }, t('credentials.promise')),
      h('form', { class: 'stack', on: { submit: save } },
        Object.values(entries).map(({ element }) => element),
        h('label', { class: 'checkbox' }, session, h('span', {}, t('credentials.in_session'), ' ', h('span', { class: 'muted' }, t('credentials.in_session_why')))),
        error,
        h('div', { class: 'dialog-buttons' },
          h('button', { type: 'submit', class: 'button' }, t('credentials.use')),
          h('button', { type: 'button', class: 'button-quiet', on: { click: () => close(null) } }, t('cancel')),
          credentials.isPresent() && h('button', {
            type: 'button', class: 'button-quiet button-end',
            on: { click: () => { credentials.forget(); announce(t('credentials.forgotten')); close(null); } },
          }, t('credentials.forget')))),
    ];
  });
  return credentials.isPresent();
}

/** The button in the head of the page: whose credential is used, or that there is none. */
export function credentialButton() {
  const button = h('button', { type: 'button', 'aria-haspopup': 'dialog', on: { click: askForCredentials } });
  drawCredentialButton(button);
  return button;
}

/** Draws it again; it stays the same button, so that the focus can come back to it. */
export function drawCredentialButton(button) {
  const secretId = shortened(credentials.get().secretId);
  const isSet = credentials.isPresent();
  const label = isSet ? t('credentials.change', { secretId }) : t('credentials.enter');
  button.className = `button-head credential-button${isSet ? ' is-set' : ''}`;
  button.setAttribute('aria-label', label);
  button.title = label;
  fill(button, icon('key'), h('span', { class: 'head-words' }, isSet ? secretId : t('credentials.enter')));
}

/** A SecretId as far as it is needed to tell it from another. */
export const shortened = (secretId) => (secretId.length > 14 ? `${secretId.slice(0, 8)}…${secretId.slice(-4)}` : secretId);
