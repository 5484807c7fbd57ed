// Tabs as the ARIA authoring practices have them: the arrows move and choose.

import { fill, h, roving, unique } from './dom.js';

/** `tabs` are `{id, label, render}`; `render` returns an element, or `{element, end}` to be told when
 *  another tab is chosen. `onSelect` gets the id. */
export function tabs({ label, tabs: all, selected, onSelect = () => {}, className = '' }) {
  const base = unique('tabs');
  const panel = h('div', { role: 'tabpanel', id: `${base}-panel`, class: 'tab-panel', tabindex: '0' });
  let current = null;
  let end = null;

  function select(id) {
    if (current === id) return;
    end?.();
    current = id;
    for (const button of list.children) button.setAttribute('aria-selected', String(button.dataset.tab === id));
    const button = [...list.children].find((one) => one.dataset.tab === id);
    button.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    panel.setAttribute('aria-labelledby', button.id);
    panel.dataset.panel = id;
    const rendered = all.find((tab) => tab.id === id).render();
    end = rendered.end ?? null;
    fill(panel, rendered.element ?? rendered);
  }

  const choose = (button) => { select(button.dataset.tab); onSelect(button.dataset.tab); };
  const list = h('div', { role: 'tablist', class: 'tab-list', 'aria-label': label },
    all.map((tab) => h('button', {
      type: 'button', role: 'tab', id: `${base}-${tab.id}`, class: 'tab', 'data-tab': tab.id, tabindex: '-1',
      'aria-controls': panel.id, 'aria-selected': 'false', on: { click: ({ currentTarget }) => choose(currentTarget) },
    }, tab.label)));
  const rove = roving(list, '[role=tab]', { isVertical: false, onMove: choose });
  const first = all.some((tab) => tab.id === selected) ? selected : all[0].id;
  select(first);
  rove.settle([...list.children].find((button) => button.dataset.tab === first));

  return {
    element: h('div', { class: `tabs ${className}` }, list, panel),
    end: () => end?.(),
    select(id) {
      select(id);
      rove.settle([...list.children].find((button) => button.dataset.tab === id));
    },
    /** Draws the chosen tab again. */
    refresh() {
      const id = current;
      current = null;
      select(id);
    },
    current: () => current,
  };
}
