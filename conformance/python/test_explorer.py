"""The API Explorer in a real browser: each promise of the page, as whoever uses it would see it.

Whatever a test does, three things must not happen in it: a violation of the Content-Security-Policy or
another error in the console, an exception, and a request to another host.
"""

import hashlib
import json
import os
import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import clients
import test_rebuilt
from explorer_page import CREATE, MILLISECONDS_MAX, SHOWN, Explorer, stages
from test_openssh import Sshd, save

DESCRIBE = "/explorer/lighthouse/2020-03-24/DescribeKeyPairs"
# What the first page may take, compressed: the issue on the explorer says so.
FIRST_LOAD_BYTES_MAX = 250_000


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        # Debian's, and its sandbox is not for root.
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PHAROS_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP pharos.test 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_explorer(browser, server):
    """Opens tabs, each of a browser of its own; at the end nothing may have gone wrong in any of them."""
    contexts, tabs = [], []

    def open_one(path="/explorer", **settings):
        settings = {"locale": "en-US", "color_scheme": "light"} | settings
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**settings)
        contexts.append(context)
        explorer = Explorer(context, server)
        tabs.append(explorer)
        return explorer.open(path)

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for explorer in tabs for fault in explorer.faults] == []


def create(explorer, name):
    """Creates a key pair in the page; its private key, saved as a file, is told to the scan."""
    explorer.field("KeyName").fill(name)
    assert explorer.call(confirm=True) == "ok"
    with explorer.tab.expect_download() as download:
        explorer.button("Save as file").click()
    private_key = download.value.path().read_text()
    explorer.server.remember(private_key.rstrip("\n"))
    return download.value.suggested_filename, private_key


def test_a_browser_that_asks_for_nothing_is_sent_to_the_explorer(open_explorer):
    explorer = open_explorer("/")
    assert explorer.tab.url == explorer.server.url + "/explorer"
    assert explorer.tab.locator("main h1").inner_text() == "API Explorer"


def test_a_key_pair_is_found_filled_in_called_saved_and_opens_a_machine(open_explorer, tmp_path):
    explorer = open_explorer()
    explorer.tab.keyboard.press("/")
    explorer.tab.keyboard.type("crkeyp")
    explorer.tab.get_by_role("option").first.wait_for()
    explorer.tab.keyboard.press("Enter")
    explorer.tab.wait_for_url(f"**{CREATE}*")
    explorer.field("KeyName").fill("from_the_page")
    explorer.tab.locator(".button-call").click()
    explorer.enter_credential()
    # It changes something, so it asks.
    explorer.tab.locator("[data-confirm=call]").click()
    assert explorer.outcome() == "ok"
    with explorer.tab.expect_download() as download:
        explorer.button("Save as file").click()
    assert download.value.suggested_filename == "from_the_page.pem"
    private_key = download.value.path().read_text()
    explorer.server.remember(private_key.rstrip("\n"))
    reply = json.loads(explorer.raw_reply())["Response"]
    assert "PRIVATE KEY-----" not in json.dumps(reply)
    sshd = Sshd(tmp_path / "sshd", reply["KeyPair"]["PublicKey"])
    try:
        done = sshd.login(save(tmp_path / "key", private_key))
        assert (done.returncode, done.stdout) == (0, "the door is open\n"), sshd.log()
    finally:
        sshd.stop()


def test_a_private_key_is_gone_when_its_page_is_left(open_explorer):
    explorer = open_explorer(CREATE).sign_in()
    create(explorer, "gone")
    assert explorer.tab.get_by_text("BEGIN RSA PRIVATE KEY").count() == 1
    assert "PRIVATE KEY-----" not in explorer.stored()
    explorer.tab.get_by_role("link", name="History").first.click()
    explorer.tab.locator("main h1", has_text="History").wait_for()
    assert "PRIVATE KEY-----" not in explorer.tab.content()
    explorer.tab.go_back()
    explorer.tab.locator("main h1", has_text="CreateKeyPair").wait_for()
    assert "PRIVATE KEY-----" not in explorer.tab.content()


def test_errors_are_shown_with_what_the_documentation_says_of_them(open_explorer):
    explorer = open_explorer(CREATE).sign_in()
    create(explorer, "taken")
    cases = [
        ("taken", "InvalidParameterValue.DuplicateParameterValue"),
        ("not allowed!", "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar"),
        ("a" * 26, "InvalidParameterValue.InvalidKeyPairNameTooLong"),
    ]
    for name, code in cases:
        explorer.field("KeyName").fill(name)
        assert explorer.call(confirm=True) == "error"
        shown, box = explorer.error()
        assert shown == code
        assert "About this error code" in box
    explorer.sign_in(secret_key="another")
    explorer.field("KeyName").fill("refused")
    assert explorer.call(confirm=True) == "error"
    assert explorer.error()[0] == "AuthFailure.SignatureFailure"


def test_limits_are_told_while_one_types_in_the_servers_own_words(open_explorer):
    explorer = open_explorer(CREATE)
    told = explorer.tab.locator('[data-field="KeyName"] > .field-error')
    # That it is missing is said once it was left empty, and not of what was filled in since.
    explorer.tab.get_by_text("Not right yet: KeyName").wait_for()
    explorer.field("KeyName").fill("a" * 26)
    explorer.tab.keyboard.press("Tab")
    assert "missing" not in told.inner_text()
    told.wait_for()
    english = clients.lighthouse(explorer.server, language="en-US")
    refusal = clients.refusal(lambda: clients.create(explorer.server, "a" * 26, client=english))
    assert re.sub("[`]", "", refusal.message) in told.inner_text()
    assert refusal.code in told.inner_text()
    explorer.field("KeyName").fill("short_enough")
    told.wait_for(state="hidden")


def test_the_server_takes_what_the_page_signs(open_explorer):
    # What is encoded in one way or another where it stands in a query or a form.
    filters = [{"Name": "key-name", "Values": ["中 文'()*!~+&=#%/?", 'a\\n"<>`']}]
    explorer = open_explorer(f"{DESCRIBE}#parameters={quote(json.dumps({'Filters': filters}))}").sign_in()
    for version in ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1"):
        for method in ("POST", "GET"):
            signature = f"{version} {method}"
            explorer.tab.locator(".call-settings select").last.select_option(signature)
            assert explorer.call() == "ok", signature


def test_a_walk_shows_what_the_server_reads(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    explorer.choose("Signature")
    walked = {name: explorer.stage(name) for name in ("canonical_request", "string_to_sign", "authorization")}
    timestamp = explorer.tab.locator("[data-walk=timestamp]").input_value()
    # Sent as it was walked through, by hand.
    headers = {
        "Content-Type": "application/json",
        "X-TC-Action": "DescribeKeyPairs",
        "X-TC-Version": "2020-03-24",
        "X-TC-Timestamp": timestamp,
        "X-TC-Region": "ap-guangzhou",
        "Authorization": walked["authorization"],
    }
    reply = explorer.tab.evaluate(
        "async (headers) => (await fetch('/', {method: 'POST', headers, body: '{}'})).json()", headers
    )
    assert "Error" not in reply["Response"], reply
    request_id = reply["Response"]["RequestId"]
    explorer.tab.get_by_role("link", name="Requests").first.click()
    explorer.tab.locator("[data-request]").first.wait_for()
    explorer.tab.get_by_label("Filter by action").fill(request_id)
    explorer.tab.locator("[data-request]").first.click()
    detail = explorer.tab.locator(".request-detail")
    read = detail.locator("pre").all_inner_texts()
    assert walked["canonical_request"] in read
    assert walked["string_to_sign"] in read


def test_the_first_difference_to_ones_own_signature_is_marked(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    explorer.choose("Signature")
    right = explorer.stage("canonical_request")
    yours = explorer.tab.locator("[data-compare=theirs]")
    yours.fill(right)
    explorer.tab.get_by_text("Canonical request: yours is the same.").first.wait_for()
    yours.fill(right.replace("host:127.0.0.1", "host:localhost"))
    told = explorer.tab.get_by_text("first difference in line 5, column 6: header host").first
    told.wait_for()
    assert explorer.tab.locator("mark.difference").first.is_visible()


def test_the_pages_signer_passes_the_vectors_of_version_3(open_explorer):
    explorer = open_explorer()
    for vector in test_rebuilt.VECTORS:
        holds(explorer, vector)


def holds(explorer, vector):
    """A vector, each of its stages."""
    call = {
        "version": "TC3-HMAC-SHA256",
        "method": vector.method,
        "host": vector.signed["host"],
        "service": vector.service,
        "action": "DescribeInstances",
        "apiVersion": "2017-03-12",
        "region": None,
        "language": None,
        "timestamp": vector.timestamp,
        "secretId": test_rebuilt.SECRET_ID,
        "secretKey": vector.secret_key,
        "token": None,
        "contentType": vector.signed["content-type"],
        "signedHeaders": list(vector.signed),
    }
    call |= {"body": vector.payload.decode()} if vector.method == "POST" else {"query": vector.query}
    signed = explorer.signed(call)
    made = stages(signed)
    assert hashlib.sha256(made["canonical_request"].encode()).hexdigest() == vector.request_hash
    assert made["secret_signing"] == vector.signing_key
    assert signed["signature"] == vector.signature, str(vector)


@pytest.mark.parametrize(
    ("version", "signature"),
    [
        ("HmacSHA1", "EliP9YW3pW28FpsEdkXt/+WcGeI="),
        ("HmacSHA256", "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs="),
    ],
)
def test_the_pages_signer_passes_the_vectors_of_version_1(open_explorer, version, signature):
    signed = open_explorer().signed({
        "version": version,
        "method": "GET",
        "host": test_rebuilt.CVM,
        "service": "cvm",
        "action": "DescribeInstances",
        "apiVersion": "2017-03-12",
        "region": "ap-guangzhou",
        "language": None,
        "timestamp": 1465185768,
        "nonce": 11886,
        "secretId": test_rebuilt.SECRET_ID,
        "secretKey": test_rebuilt.SECRET_KEY,
        "token": None,
        "parameters": {"Limit": 20, "Offset": 0, "InstanceIds": ["ins-09dx96dg"]},
    })
    assert signed["signature"] == signature


def test_history_keeps_calls_without_secrets_replays_and_compares(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    explorer.call()
    explorer.button("Add KeyIds").click()
    explorer.tab.get_by_label("KeyIds[0]", exact=True).fill("lhkp-omd12oc1")
    explorer.call()
    explorer.tab.get_by_role("link", name="History").first.click()
    rows = explorer.tab.locator("tbody tr")
    rows.nth(1).wait_for()
    assert rows.count() == 2
    assert explorer.server.secret_key not in explorer.stored()
    for row in range(2):
        rows.nth(row).get_by_role("checkbox").check()
    explorer.button("Compare (2 of 2 chosen)").click()
    explorer.tab.get_by_text(re.compile("lines? differ")).wait_for()
    explorer.button("Back to the list").click()
    rows.first.get_by_role("button", name="Replay").click()
    explorer.tab.locator("main h1", has_text="DescribeKeyPairs").wait_for()
    assert explorer.tab.get_by_label("KeyIds[0]", exact=True).input_value() == "lhkp-omd12oc1"
    assert explorer.outcome() == "ok"
    assert explorer.calls_kept() == 3
    # A link to the same form calls nothing, nor does the address that the replay left.
    explorer.open(explorer.tab.url.removeprefix(explorer.server.url))
    explorer.tab.get_by_text("No call yet").wait_for()
    assert explorer.calls_kept() == 3


def test_a_filled_form_is_a_link_without_a_credential(open_explorer):
    explorer = open_explorer(CREATE).sign_in()
    explorer.field("KeyName").fill("shared")
    explorer.tab.wait_for_url("**shared**")
    link = explorer.tab.url
    assert explorer.server.secret_id not in link
    assert explorer.server.secret_key not in link
    other = open_explorer(link.removeprefix(explorer.server.url))
    assert other.field("KeyName").input_value() == "shared"


def test_language_and_theme_change_and_are_remembered(open_explorer):
    explorer = open_explorer(CREATE)
    explorer.field("KeyName").fill("stays")
    explorer.tab.locator("[data-setting=language]").click()
    explorer.tab.get_by_role("tab", name="模拟", exact=False).or_(
        explorer.tab.get_by_role("tab", name="文档", exact=False)
    ).first.wait_for()
    assert explorer.tab.locator("html").get_attribute("lang").startswith("zh")
    assert explorer.field("KeyName").input_value() == "stays"
    background = "getComputedStyle(document.body).backgroundColor"
    light = explorer.tab.evaluate(background)
    toggle = explorer.tab.locator("[data-setting=theme]")
    for _ in range(3):
        toggle.click()
        if explorer.tab.evaluate(background) != light:
            break
    dark = explorer.tab.evaluate(background)
    assert dark != light
    explorer.tab.reload()
    explorer.tab.locator(SHOWN).first.wait_for()
    assert explorer.tab.evaluate(background) == dark
    assert explorer.tab.locator("html").get_attribute("lang").startswith("zh")


def test_everything_works_with_the_keyboard_alone(open_explorer):
    explorer = open_explorer()
    keyboard = explorer.tab.keyboard
    keyboard.press("/")
    keyboard.type("describekeypairs")
    explorer.tab.get_by_role("option").first.wait_for()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    explorer.tab.locator("main h1", has_text="DescribeKeyPairs").wait_for()
    keyboard.press("Control+Enter")
    explorer.tab.get_by_role("dialog").wait_for()
    keyboard.type(explorer.server.secret_id)
    keyboard.press("Tab")
    keyboard.type(explorer.server.secret_key)
    keyboard.press("Enter")
    assert explorer.outcome() == "ok"
    # On from the call to the tabs of the reply, and along them.
    for _ in range(60):
        keyboard.press("Tab")
        if explorer.tab.evaluate("document.activeElement.dataset.tab") == "reply":
            break
    keyboard.press("ArrowRight")
    assert explorer.tab.evaluate("document.activeElement.dataset.tab") == "code"
    assert explorer.tab.evaluate("document.activeElement.matches(':focus-visible')")


# What a theme changes is the colours, which are the same at every width.
@pytest.mark.parametrize(("theme", "width"), [("light", 380), ("dark", 1280)])
def test_nobody_is_kept_out(open_explorer, theme, width):
    """axe finds nothing serious on any page."""
    explorer = open_explorer(color_scheme=theme, viewport={"width": width, "height": 900})
    axe = Axe()

    def look(where):
        # Styles are looked at where they are: to load them anew axe would write them into the page.
        found = axe.run(explorer.tab, options={"preload": False}).response["violations"]
        serious = [
            (violation["id"], [node["target"] for node in violation["nodes"]])
            for violation in found
            if violation["impact"] in ("serious", "critical")
        ]
        assert serious == [], where

    look("home")
    explorer.tab.keyboard.press("/")
    explorer.tab.keyboard.type("key")
    explorer.tab.get_by_role("option").first.wait_for()
    look("search")
    explorer.open("/explorer/history")
    look("history without calls")
    explorer.open("/explorer/requests")
    look("requests without a credential")
    explorer.open(DESCRIBE)
    explorer.tab.locator(".credential-button").click()
    look("the credential")
    explorer.enter_credential()
    explorer.button("Add Filters").click()
    explorer.field("Limit").fill("1000")
    explorer.tab.locator(".is-wrong").first.wait_for()
    assert explorer.call() == "error"
    for name in ("Reply", "Code", "Signature", "Documentation", "Mock reply"):
        explorer.choose(name)
        look(name)
    explorer.choose("JSON")
    look("JSON")
    # Within the page, where the credential is.
    explorer.go("/explorer/history")
    look("history")
    explorer.go("/explorer/requests")
    explorer.tab.locator("[data-request]").first.click()
    explorer.tab.locator(".request-detail").wait_for()
    look("a request")
    explorer.go("/explorer/signature")
    explorer.tab.locator("[data-compare=theirs]").fill("POST\n/\n\nhost:elsewhere")
    explorer.tab.locator("mark.difference").first.wait_for()
    look("a difference")
    explorer.open("/explorer/reference")
    look("reference")


def test_the_page_says_why_a_client_fails(open_explorer):
    explorer = open_explorer("/explorer/requests")
    server = explorer.server
    wrong = clients.lighthouse(server, secret=clients.credential(server, secret_key="wrong"))
    refusal = clients.refusal(lambda: clients.describe(wrong))
    explorer.button("Enter credential").last.click()
    explorer.enter_credential()
    row = explorer.tab.locator("tr", has_text="AuthFailure.SignatureFailure").first
    row.wait_for()
    row.locator("[data-request]").click()
    detail = explorer.tab.locator(".request-detail")
    detail.wait_for()
    text = detail.inner_text()
    assert refusal.requestId in text
    assert "SecretKey" in text
    assert "POST\n/\n" in "\n".join(detail.locator("pre").all_inner_texts())
    assert "wrong" not in text and server.secret_key not in text


def test_an_open_connection_is_said_before_a_credential_is_asked_for(browser, server):
    """`http` elsewhere than on this machine is no secure context."""
    context = browser.new_context(locale="en-US")
    tab = context.new_page()
    tab.set_default_timeout(MILLISECONDS_MAX)
    tab.goto(f"http://pharos.test:{server.port}{DESCRIBE}")
    tab.locator(".button-call").click()
    assert tab.get_by_text("This page came over an unprotected connection").is_visible()
    # It signs there too, where the browser has no cryptography of its own for it.
    assert tab.evaluate("crypto.subtle === undefined")
    tab.locator("[data-credential=secretId]").fill(server.secret_id)
    tab.locator("[data-credential=secretKey]").fill(server.secret_key)
    tab.get_by_role("button", name="Use it").click()
    assert tab.locator("[data-outcome]").get_attribute("data-outcome") == "ok"
    context.close()


def test_the_first_load_is_small(browser, server):
    context = browser.new_context()
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    loaded = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    tab.goto(f"{server.url}/explorer")
    tab.locator(SHOWN).first.wait_for()
    tab.wait_for_load_state("networkidle")
    assert 0 < sum(loaded) < FIRST_LOAD_BYTES_MAX
    context.close()


def test_code_is_made_for_every_language_and_can_be_copied_and_saved(open_explorer):
    explorer = open_explorer(CREATE)
    explorer.field("KeyName").fill("in_code")
    explorer.choose("Code")
    languages = explorer.tab.get_by_role("tablist", name="Languages").get_by_role("tab")
    languages.first.wait_for()
    assert languages.count() == 11
    for number in range(11):
        languages.nth(number).click()
        code = explorer.tab.locator(".code-view pre, .code pre").first
        code.wait_for()
        assert "in_code" in code.inner_text()
    with explorer.tab.expect_download() as download:
        explorer.button("Download").click()
    assert "in_code" in download.value.path().read_text()


def test_a_mock_reply_comes_without_a_call(open_explorer):
    explorer = open_explorer(CREATE)
    explorer.choose("Mock reply")
    assert "KeyPair" in explorer.tab.locator("[data-panel=mock]").inner_text()
    assert explorer.server.requests() == []


def test_a_signature_of_version_1_is_shown_as_it_was_read(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    explorer.tab.locator(".call-settings select").last.select_option("HmacSHA1 POST")
    assert explorer.call() == "ok"
    explorer.tab.get_by_role("link", name="Requests").first.click()
    explorer.tab.locator("[data-request]", has_text="DescribeKeyPairs").first.click()
    read = explorer.tab.locator(".request-detail pre").first
    read.wait_for()
    assert read.inner_text().startswith(f"POST{explorer.server.endpoint}/?Action=DescribeKeyPairs&")
    explorer.tab.locator(".request-detail [data-compare=theirs]").fill(read.inner_text())
    explorer.tab.get_by_text("String to sign: yours is the same.").first.wait_for()


def test_a_question_goes_with_its_page(open_explorer):
    """Going back while it is open, nobody has agreed: nothing is called, and no private key is lost."""
    explorer = open_explorer().sign_in()
    explorer.tab.locator("main a", has_text="CreateKeyPair").last.click()
    explorer.field("KeyName").fill("left_alone")
    explorer.tab.locator(".button-call").click()
    explorer.tab.locator("[data-confirm=call]").wait_for()
    explorer.tab.go_back()
    explorer.tab.locator("main h1", has_text="API Explorer").wait_for()
    assert explorer.tab.locator("dialog").count() == 0
    assert explorer.calls_kept() == 0
    assert clients.describe(clients.lighthouse(explorer.server)).TotalCount == 0
    # Forth again, and back: the place on the page is the one it was left at.
    explorer.tab.evaluate("scrollTo(0, 700)")
    explorer.tab.locator("main a", has_text="GetCallerIdentity").click()
    explorer.tab.locator("main h1", has_text="GetCallerIdentity").wait_for()
    assert explorer.tab.evaluate("scrollY") == 0
    explorer.tab.go_back()
    explorer.tab.locator("main h1", has_text="API Explorer").wait_for()
    explorer.tab.wait_for_function("scrollY > 0")


def test_the_address_is_shown_that_was_asked_for_last(open_explorer):
    """However late the code comes that shows it."""
    explorer = open_explorer()
    held = []
    explorer.tab.route("**/assets/action-page.js", lambda route: held.append(route))
    explorer.tab.reload()
    explorer.tab.locator(SHOWN).first.wait_for()
    explorer.tab.evaluate(
        """for (const name of ['CreateKeyPair', 'DescribeKeyPairs']) {
            const link = document.createElement('a');
            link.href = `/explorer/lighthouse/2020-03-24/${name}`;
            document.body.append(link);
            link.click();
            link.remove();
        }"""
    )
    explorer.tab.wait_for_url(f"**{DESCRIBE}")
    for route in held:
        route.continue_()
    explorer.tab.locator(".form").wait_for()
    assert explorer.tab.locator("main h1").inner_text() == "DescribeKeyPairs"
    assert explorer.field("KeyName").count() == 0


def test_a_credential_is_kept_as_long_as_was_asked(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    assert explorer.server.secret_key not in explorer.stored()
    explorer.open(DESCRIBE)
    assert explorer.button("Enter credential").is_visible()
    explorer.tab.locator(".credential-button").click()
    explorer.tab.locator("[data-credential=session]").check()
    # What no header can carry is not taken: the call would look as if the server were away.
    explorer.tab.locator("[data-credential=secretId]").fill("AKID“quoted”")
    explorer.tab.locator("[data-credential=secretKey]").fill("key")
    explorer.button("Use it").click()
    explorer.tab.get_by_text("SecretId has a space or a character in it").wait_for()
    explorer.enter_credential()
    explorer.open(DESCRIBE)
    assert explorer.call() == "ok"
    # It is this tab's alone, and gone where it is forgotten.
    other = Explorer(explorer.tab.context, explorer.server).open(DESCRIBE)
    assert other.button("Enter credential").is_visible()
    assert other.faults == []
    explorer.tab.locator(".credential-button").click()
    explorer.button("Forget it").click()
    assert explorer.server.secret_key not in explorer.stored()


def test_a_field_offers_the_texts_that_it_can_be(open_explorer):
    explorer = open_explorer("/explorer/cam/2019-01-16/UpdateAccessKey")
    offered = explorer.tab.locator('.form [data-field="Status"] datalist option')
    assert offered.evaluate_all("all => all.map(one => one.value)") == ["Active", "Inactive"]
    assert explorer.field("Status").get_attribute("list")


def test_form_and_json_are_the_same_parameters(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    tab = explorer.tab
    explorer.button("Add Filters").click()
    tab.get_by_label("Name", exact=False).first.fill("key-name")
    for text in ("a", "b"):
        explorer.button("Add Values").click()
        tab.keyboard.type(text)
    explorer.button("Remove Values[0]").click()
    tab.get_by_role("switch", name="Required only").check()
    # What has a value stays; the three others are optional.
    tab.get_by_text("3 optional parameters are not shown").wait_for()
    explorer.choose("JSON")
    area = tab.get_by_label("Parameters as JSON")
    assert json.loads(area.input_value()) == {"Filters": [{"Name": "key-name", "Values": ["b"]}]}
    # What is no JSON is not called, and neither is what stood there before.
    area.fill('{"Limit": 9007199254740993,}')
    tab.locator(".button-call").click()
    assert area.evaluate("area => area === document.activeElement")
    assert explorer.calls_kept() == 0
    area.fill('{"Limit": 9007199254740993}')
    explorer.choose("Form")
    assert explorer.field("Limit").input_value() == "9007199254740993"
    tab.get_by_role("switch", name="Required only").uncheck()
    explorer.button("Fill in example").click()
    explorer.choose("JSON")
    assert json.loads(area.input_value()) != {}


def test_what_stands_inside_of_a_parameter_is_found_at_it(open_explorer):
    explorer = open_explorer(DESCRIBE)
    explorer.tab.get_by_role("switch", name="Required only").check()
    explorer.tab.keyboard.press("Escape")
    search = explorer.tab.locator(".search-input")
    # An action comes before what stands inside of parameters.
    search.fill("key")
    assert "CreateKeyPair" in explorer.tab.get_by_role("option").first.inner_text()
    search.fill("values")
    explorer.tab.get_by_role("option", name="DescribeKeyPairs · Filters").click()
    explorer.tab.locator("[data-field=Filters] :focus").wait_for()


def test_call_and_walk_are_signed_the_same_way(open_explorer):
    explorer = open_explorer(DESCRIBE)
    chosen = explorer.tab.locator(".call-settings select").last
    chosen.select_option("HmacSHA256 GET")
    explorer.choose("Signature")
    beginning = f"GET{explorer.server.endpoint}/?Action=DescribeKeyPairs&"
    assert explorer.stage("string_to_sign").startswith(beginning)
    explorer.tab.get_by_label("Version").select_option("TC3-HMAC-SHA256")
    assert chosen.input_value() == "TC3-HMAC-SHA256 GET"
    # Each derived key is hidden until it is asked for, and can be copied.
    for key in ("secret_date", "secret_service", "secret_signing"):
        stage = explorer.tab.locator(f"[data-stage={key}]")
        assert re.fullmatch("•+", stage.locator("pre").inner_text())
        stage.get_by_role("button", name="Show").click()
        assert re.fullmatch("[0-9a-f]{64}", stage.locator("pre").inner_text())
        assert stage.get_by_role("button", name="Copy").is_visible()


def test_a_token_is_shown_nowhere(open_explorer):
    explorer = open_explorer(DESCRIBE)
    token = "a-token-that-nobody-gave"
    explorer.tab.locator(".credential-button").click()
    explorer.tab.locator("[data-credential=token]").fill(token)
    explorer.enter_credential()
    for signature in ("TC3-HMAC-SHA256 POST", "HmacSHA256 POST", "HmacSHA256 GET"):
        explorer.tab.locator(".call-settings select").last.select_option(signature)
        assert explorer.call() == "error"
        explorer.choose("Request")
        assert "DescribeKeyPairs" in explorer.tab.locator(".result .block-text").inner_text()
        assert token not in explorer.tab.locator("main").inner_text()
    assert token not in explorer.stored()


def test_a_comparison_forgives_what_is_hidden_and_nothing_else(open_explorer):
    found = open_explorer().tab.evaluate(
        """async () => {
            const { compare } = await import('/explorer/assets/compare.js');
            const v1 = [{ name: 'string_to_sign', text: 'POSThost/?Action=A&Token=***&Version=v' }];
            const tc3 = [
                { name: 'canonical_request', text: 'POST\\n/\\n\\nhost:a\\n\\nhost\\n00' },
                { name: 'authorization', text: 'TC3-HMAC-SHA256 Credential=A/d' },
            ];
            return [
                compare(v1, 'HmacSHA1', 'POSThost/?Action=A&Token=whatever&Version=v').isSame,
                compare(v1, 'HmacSHA1', 'POSThost/?Action=A&Token=whatever&Version=w').name,
                compare(tc3, 'TC3-HMAC-SHA256', 'post\\n/\\n\\nhost:a\\n\\nhost\\n00').part,
                compare(tc3, 'TC3-HMAC-SHA256', 'TC3_HMAC_SHA256 Credential=A/d').part,
            ];
        }"""
    )
    assert found == [True, "Version", "method", "algorithm"]


def test_a_secret_of_another_action_is_in_no_link_and_no_history(open_explorer):
    explorer = open_explorer("/explorer/cam/2019-01-16/AddUser").sign_in()
    explorer.field("Password").fill("a-Passw0rd-of-nobody")
    explorer.field("Name").fill("somebody")
    explorer.tab.wait_for_url("**somebody**")
    assert explorer.field("Password").get_attribute("type") == "password"
    assert "Passw0rd" not in explorer.tab.url
    explorer.go("/explorer/cam/2019-01-16/CreateAccessKey")
    assert explorer.call(confirm=True) == "ok"
    secret = json.loads(explorer.raw_reply())["Response"]["AccessKey"]["SecretAccessKey"]
    explorer.server.remember_secret(secret)
    explorer.go("/explorer/history")
    assert explorer.calls_kept() == 1
    assert secret not in explorer.stored()
    assert secret not in explorer.tab.content()


def test_a_call_that_is_not_answered_can_be_given_up(open_explorer):
    explorer = open_explorer(DESCRIBE).sign_in()
    held = []
    explorer.tab.route(explorer.server.url + "/", lambda route: held.append(route))
    explorer.tab.locator(".button-call").click()
    explorer.button("Cancel").click()
    explorer.tab.get_by_text("No call yet").wait_for()
    explorer.tab.unroute_all(behavior="ignoreErrors")
    assert explorer.call() == "ok"
    assert explorer.calls_kept() == 1
