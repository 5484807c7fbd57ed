"""The API Explorer in a browser, as somebody drives it who sees the page and knows nothing of its code."""

from urllib.parse import urlsplit

# What a page may take before something is on it that was waited for: a machine that is busy is slow.
MILLISECONDS_MAX = 20_000

# The heading of a page that stands; one that is loaded has a heading for screen readers alone.
SHOWN = "h1:not(.offscreen)"

CREATE = "/explorer/lighthouse/2020-03-24/CreateKeyPair"


class Explorer:
    """One tab. What must not happen in any of them is in `faults`."""

    def __init__(self, context, server):
        self.server = server
        self.faults = []
        self.tab = context.new_page()
        self.tab.set_default_timeout(MILLISECONDS_MAX)
        self.tab.on("console", self._said)
        self.tab.on("pageerror", lambda error: self.faults.append(f"an exception: {error}"))
        self.tab.on("request", self._requested)

    def _said(self, message):
        # A violation of the Content-Security-Policy is said here too.
        if message.type in ("error", "warning"):
            self.faults.append(f"the console: {message.text}")

    def _requested(self, request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.server.endpoint:
            self.faults.append(f"a request to another host: {request.url}")

    def open(self, path="/explorer"):
        self.tab.goto(self.server.url + path)
        self.tab.locator(SHOWN).first.wait_for()
        return self

    def go(self, path):
        """Follows a link of the page, which keeps what is in its memory."""
        self.tab.locator(f'a[href="{path}"]').first.evaluate("link => link.click()")
        self.tab.wait_for_url(f"**{path}*")
        self.tab.locator(SHOWN).first.wait_for()

    def button(self, name, **options):
        return self.tab.get_by_role("button", name=name, **options)

    def field(self, name):
        """The control of a parameter."""
        return self.tab.locator(f'.form [data-field="{name}"]').locator("input, textarea").first

    def choose(self, name):
        """Opens the tab of this name."""
        self.tab.get_by_role("tab", name=name, exact=True).click()

    def enter_credential(self, secret_id=None, secret_key=None):
        """Fills in the dialog that is open."""
        dialog = self.tab.get_by_role("dialog")
        dialog.locator("[data-credential=secretId]").fill(secret_id or self.server.secret_id)
        dialog.locator("[data-credential=secretKey]").fill(secret_key or self.server.secret_key)
        dialog.get_by_role("button", name="Use it").click()
        # Another dialog may follow.
        self.tab.locator("[data-credential=secretId]").wait_for(state="detached")

    def sign_in(self, secret_id=None, secret_key=None):
        """Enters a credential before anything asks for one."""
        self.tab.locator(".credential-button").click()
        self.enter_credential(secret_id, secret_key)
        return self

    def call(self, confirm=False):
        """Calls, agrees if that is asked, and waits for the reply: one that stands there is not it."""
        self.tab.evaluate("for (const old of document.querySelectorAll('[data-outcome]')) old.remove()")
        self.tab.locator(".button-call").click()
        if confirm:
            self.tab.locator("[data-confirm=call]").click()
        return self.outcome()

    def outcome(self):
        """What the reply says it is: `ok` or `error`."""
        shown = self.tab.locator("[data-outcome]")
        shown.wait_for()
        return shown.get_attribute("data-outcome")

    def raw_reply(self):
        """The reply as text."""
        self.choose("Raw")
        return self.tab.locator(".result .block-text code, .result .block-text").last.inner_text()

    def error(self):
        """The error that the reply is: its code and the whole box."""
        box = self.tab.locator(".result .notice-error")
        return box.locator(".notice-title").inner_text(), box.inner_text()

    def stage(self, name):
        """The text of a stage of the signature."""
        return self.tab.locator(f"[data-stage={name}] pre").inner_text()

    def stored(self):
        """Everything that this page keeps in the browser."""
        return self.tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    def calls_kept(self):
        """How many calls its history has."""
        return len(self.tab.evaluate("JSON.parse(localStorage['pharos.history'] ?? '[]')"))

    def signed(self, call):
        """What the page's own signer makes of a call."""
        return self.tab.evaluate(
            "async (call) => (await import('/explorer/assets/signer.js')).sign(call)", call
        )


def stages(signed):
    return {stage["name"]: stage["text"] for stage in signed["stages"]}
