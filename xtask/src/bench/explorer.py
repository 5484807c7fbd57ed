"""Opens pages in a browser that has nothing of them yet, and prints as JSON when each could be used."""

import json
import sys

from playwright.sync_api import sync_playwright

chromium, origin, loads, *paths = sys.argv[1:]

# A page can be used once its heading stands and the browser is free to take the next event.
WATCH = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector('h1:not(.offscreen)')) return;
    observer.disconnect();
    setTimeout(() => { globalThis.usableAt = performance.now(); });
  }).observe(document, { childList: true, subtree: true });
"""


def open_page(browser):
    """A page of a browser that knows nothing yet."""
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def load(page, path):
    page.goto(origin + path)
    page.locator("h1:not(.offscreen)").wait_for()
    page.wait_for_load_state("networkidle")


def time(browser, path):
    page = open_page(browser)
    page.add_init_script(WATCH)
    load(page, path)
    usable_at = page.evaluate("globalThis.usableAt")
    page.context.close()
    return usable_at


def weigh(browser, path):
    """In a load of its own: who listens to the network slows it."""
    page = open_page(browser)
    loaded = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    load(page, path)
    page.context.close()
    return sum(loaded)


with sync_playwright() as playwright:
    # The browser's own sandbox is not for root.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    sizes = [weigh(browser, path) for path in paths]
    # In turns, so that whatever else the machine does meets all.
    turns = [[time(browser, path) for path in paths] for _ in range(int(loads))]
    browser.close()

print(json.dumps([
    {"milliseconds": milliseconds, "bytes": size}
    for milliseconds, size in zip(zip(*turns), sizes)
]))
