// Sends a signed call and tells what came of it.

import * as credentials from './credentials.js';
import { isObject, parse } from './json.js';
import { sign } from './signer.js';
import { wireLanguage } from './words.js';

/** A nonce of version 1: within the range that every client uses. */
export const nonce = () => Math.floor(Math.random() * 2 ** 31) + 1;

/** Seconds since 1970. */
export const now = () => Math.floor(Date.now() / 1000);

/** Signs for this server, now, with the credential of this tab. */
export function signHere({ action, region, parameters, version, method }) {
  return sign({
    version, method, region, parameters,
    host: location.host,
    service: action.product,
    action: action.name,
    apiVersion: action.version,
    language: wireLanguage(),
    timestamp: now(),
    nonce: nonce(),
    ...credentials.get(),
  });
}

/** Reads an answer: `{reply, error}`; `reply` is what stands in `Response`, `null` if it is no answer. */
export function read(text) {
  try {
    const whole = parse(text);
    const reply = isObject(whole) && isObject(whole.Response) ? whole.Response : null;
    return { reply, error: isObject(reply?.Error) ? reply.Error : null };
  } catch {
    return { reply: null, error: null };
  }
}

/** Sends a signed request to `path`; never throws. `failure` is set if there was no answer. */
export async function send({ request }, path = request.target, signal = undefined) {
  const began = performance.now();
  try {
    const response = await fetch(path, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    const text = await response.text();
    return {
      status: response.status,
      statusText: response.statusText,
      duration: Math.round(performance.now() - began),
      size: new TextEncoder().encode(text).length,
      headers: [...response.headers],
      text,
      ...read(text),
      failure: null,
    };
  } catch (failure) {
    return {
      status: 0, statusText: '', duration: Math.round(performance.now() - began), size: 0, headers: [], text: '',
      reply: null, error: null,
      failure: failure.name === 'AbortError' ? 'aborted' : 'unreachable',
    };
  }
}
