// Asks the server what it would say to the parameters: the one place where limits are known.

import { debounce } from './dom.js';
import { stringify } from './json.js';
import { wireLanguage } from './words.js';

/** How long nothing is typed before the server is asked, in milliseconds. */
const PAUSE = 250;

/** Posts a question of the explorer's own, and returns the answer's JSON. */
export async function ask(route, question, signal) {
  const response = await fetch(`/explorer/${route}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: stringify(question), credentials: 'omit', signal,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

/** Checks the draft after each change; `report` gets `{fields, whole}`, or `null` if the server is silent. */
export function checking(action, draft, report) {
  let running = null;
  let isEnded = false;
  async function run() {
    if (isEnded) return;
    running?.abort();
    const mine = running = new AbortController();
    try {
      const checked = await ask('check', {
        product: action.product, action: action.name, parameters: draft.parameters, language: wireLanguage(),
      }, mine.signal);
      if (!mine.signal.aborted) report(checked);
    } catch {
      if (!mine.signal.aborted) report(null);
    }
  }
  const later = debounce(PAUSE, run);
  const end = draft.onChange(() => {
    // What is asked about now is not what stands there any more.
    running?.abort();
    later();
  });
  run();
  return () => {
    isEnded = true;
    end();
    running?.abort();
  };
}
