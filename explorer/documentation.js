// The documentation of an action, from the same table as everything else.

import * as catalogue from './catalogue.js';
import { breakable, h, rich } from './dom.js';
import { stringify } from './json.js';
import { codeAddress } from './router.js';
import { listOf, say, t } from './words.js';
import { block } from './widgets.js';

/** The RequestId of examples. */
const REQUEST_ID = 'eac6b301-a322-493a-8e36-83b295459397';

function fieldTable(product, structure, isInput) {
  const fields = catalogue.fields(product, structure);
  if (!fields.length) return h('p', { class: 'muted' }, t('doc.nothing'));
  return h('table', { class: 'table table-fields' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('doc.name')), h('th', { scope: 'col' }, t('doc.type')), h('th', { scope: 'col' }, t('doc.meaning')))),
    h('tbody', {}, fields.map((field) => h('tr', {},
      h('th', { scope: 'row' }, breakable(field.name), isInput && field.required && h('span', { class: 'field-required' }, t('form.required'))),
      h('td', {}, breakable(catalogue.typeName(field.type, listOf))),
      h('td', {}, rich(say(field.documentation)))))));
}

/** The tables of a structure and of those it is made of. */
function structures(product, root, isInput) {
  return catalogue.reached(product, root).map((name) => [
    name !== root && h('h4', {}, h('code', {}, name)),
    fieldTable(product, name, isInput),
  ]);
}

function codeTable(codes) {
  return h('table', { class: 'table table-codes' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('doc.code')), h('th', { scope: 'col' }, t('doc.meaning')))),
    h('tbody', {}, codes.map(({ code, meaning }) => h('tr', {},
      h('th', { scope: 'row' }, h('a', { href: codeAddress(code) }, breakable(code))), h('td', {}, rich(say(meaning)))))));
}

/** The documentation of an action. */
export function documentation(action) {
  const own = action.codes.map((name) => catalogue.code(name) ?? { code: name, meaning: { en: '', zh: '' } });
  const common = catalogue.codes().filter((code) => code.common && !action.codes.includes(code.code));
  const reply = { Response: { ...action.example.reply, RequestId: REQUEST_ID } };
  const section = (title, ...content) => h('section', { class: 'doc-section' }, h('h3', {}, title), content);
  return h('div', { class: 'documentation' },
    h('h2', { class: 'offscreen' }, t('tab.documentation')),
    h('dl', { class: 'facts' },
      h('div', {}, h('dt', {}, t('doc.operation')), h('dd', {}, h('code', {}, `${action.product}:${action.name}`))),
      h('div', {}, h('dt', {}, t('doc.version')), h('dd', {}, h('code', {}, action.version))),
      h('div', {}, h('dt', {}, t('doc.rate')), h('dd', {}, t('action.rate', { rate: action.requests_per_second }))),
      h('div', {}, h('dt', {}, 'Region'), h('dd', {}, t(action.needs_region ? 'doc.region_needed' : 'doc.region_not_needed')))),
    section(t('doc.parameters'), structures(action.product, action.input, true)),
    section(t('doc.reply'), structures(action.product, action.output, false)),
    section(t('doc.example'),
      block(t('doc.parameters'), stringify(action.example.parameters, 2)),
      block(t('doc.reply'), stringify(reply, 2))),
    section(t('doc.errors'),
      own.length ? codeTable(own) : h('p', { class: 'muted' }, t('doc.no_own_errors')),
      common.length > 0 && h('details', {}, h('summary', {}, t('doc.common_errors', { count: common.length })), codeTable(common))),
    action.differences.length > 0 && section(t('doc.differences'), h('ul', { class: 'prose' }, action.differences.map((text) => h('li', {}, rich(say(text)))))));
}

/** A reply of the right shape, without calling. */
export function mockReply(action) {
  const reply = { Response: { ...action.example.reply, RequestId: crypto.randomUUID?.() ?? REQUEST_ID } };
  return h('div', { class: 'mock' }, h('p', { class: 'muted' }, t('mock.text')), block(t('tab.mock'), stringify(reply, 2)));
}
