package pharos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.annotations.Expose;
import com.google.gson.annotations.SerializedName;
import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.CommonClient;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.common.profile.Language;
import com.tencentcloudapi.lighthouse.v20200324.LighthouseClient;
import com.tencentcloudapi.lighthouse.v20200324.models.CreateKeyPairRequest;
import com.tencentcloudapi.lighthouse.v20200324.models.CreateKeyPairResponse;
import com.tencentcloudapi.lighthouse.v20200324.models.KeyPair;
import com.tencentcloudapi.lighthouse.v20200324.models.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * The official Java SDK creates key pairs, however it signs, and meets every error as its own
 * exception.
 */
class LighthouseTest {
  private static final String VERSION = "2020-03-24";
  private static final String ACTION = "CreateKeyPair";
  private static final int KEY_PAIR_QUOTA = 6;
  private static final int REQUEST_SECONDS_MAX = 20;

  // Each has a limit of 20 calls a second of its own.
  private static final String REGION = "ap-tokyo";
  private static final String REGION_OF_ERRORS = "ap-guangzhou";
  private static final String REGION_OF_ERRORS_IN_CHINESE = "ap-shanghai";

  private static final String ILLEGAL =
      "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar";
  private static final String TOO_LONG = "InvalidParameterValue.InvalidKeyPairNameTooLong";
  private static final String EMPTY = "InvalidParameterValue.InvalidKeyPairNameEmpty";

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

  /** A way to sign and to send. */
  private record Mode(String sign, String method) {
    static List<Mode> all() {
      List<Mode> modes = new ArrayList<>();
      for (String sign :
          List.of(ClientProfile.SIGN_TC3_256, ClientProfile.SIGN_SHA1, ClientProfile.SIGN_SHA256)) {
        for (String method : List.of(HttpProfile.REQ_POST, HttpProfile.REQ_GET)) {
          modes.add(new Mode(sign, method));
        }
      }
      return modes;
    }

    boolean isTc3() {
      return sign.equals(ClientProfile.SIGN_TC3_256);
    }
  }

  /** How a client is set up. */
  private record Setup(
      String secretId,
      String secretKey,
      String token,
      String region,
      String version,
      String endpoint,
      Language language,
      boolean isUnsigned) {
    Setup withSecretId(String other) {
      return new Setup(
          other, secretKey, token, region, version, endpoint, language, isUnsigned);
    }

    Setup withSecretKey(String other) {
      return new Setup(secretId, other, token, region, version, endpoint, language, isUnsigned);
    }

    Setup withToken(String other) {
      return new Setup(
          secretId, secretKey, other, region, version, endpoint, language, isUnsigned);
    }

    Setup withRegion(String other) {
      return new Setup(
          secretId, secretKey, token, other, version, endpoint, language, isUnsigned);
    }

    Setup withVersion(String other) {
      return new Setup(secretId, secretKey, token, region, other, endpoint, language, isUnsigned);
    }

    Setup withEndpoint(String other) {
      return new Setup(secretId, secretKey, token, region, version, other, language, isUnsigned);
    }

    Setup withLanguage(Language other) {
      return new Setup(secretId, secretKey, token, region, version, endpoint, other, isUnsigned);
    }

    Setup unsigned() {
      return new Setup(secretId, secretKey, token, region, version, endpoint, language, true);
    }
  }

  private static final Map<Mode, Server> SERVERS = new HashMap<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    for (Mode mode : Mode.all()) {
      SERVERS.put(mode, new Server("key_pair_quota = " + KEY_PAIR_QUOTA + "\n"));
    }
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    for (Server server : SERVERS.values()) {
      server.stop();
    }
  }

  /**
   * Parameters that the action's own request cannot have. The SDK finds a field by the parameter's
   * name.
   */
  private static class OtherRequest extends AbstractModel {
    @SerializedName("KeyName")
    @Expose
    private String KeyName = "a";

    @SerializedName("Tags")
    @Expose
    private String Tags;

    @SerializedName("Unknown")
    @Expose
    private Long Unknown;

    @Override
    protected void toMap(HashMap<String, String> map, String prefix) {
      setParamSimple(map, prefix + "KeyName", KeyName);
      setParamSimple(map, prefix + "Tags", Tags);
      setParamSimple(map, prefix + "Unknown", Unknown);
    }
  }

  /** A call that may be refused. */
  private interface Call {
    Object make() throws TencentCloudSDKException;
  }

  /** The tests of one mode. */
  private static final class Suite {
    final Mode mode;
    final Server server;
    final ExpectedFailures expected;
    final List<DynamicTest> tests = new ArrayList<>();

    Suite(Mode mode, ExpectedFailures expected) {
      this.mode = mode;
      this.server = SERVERS.get(mode);
      this.expected = expected;
    }

    void test(String title, Executable body) {
      tests.add(expected.test(mode.sign() + " " + mode.method() + ": " + title, body));
    }

    Setup setup() {
      return new Setup(
          server.secretId,
          server.secretKey,
          null,
          REGION_OF_ERRORS,
          VERSION,
          server.endpoint,
          null,
          false);
    }

    Credential credential(Setup setup) {
      return new Credential(setup.secretId(), setup.secretKey(), setup.token());
    }

    ClientProfile profile(Setup setup) {
      HttpProfile http = new HttpProfile();
      http.setReqMethod(mode.method());
      http.setProtocol(HttpProfile.REQ_HTTP);
      http.setEndpoint(setup.endpoint());
      http.setReadTimeout(REQUEST_SECONDS_MAX);
      ClientProfile profile = new ClientProfile(mode.sign(), http);
      profile.setUnsignedPayload(setup.isUnsigned());
      if (setup.language() != null) {
        profile.setLanguage(setup.language());
      }
      return profile;
    }

    CreateKeyPairResponse create(Setup setup, CreateKeyPairRequest request)
        throws TencentCloudSDKException {
      return new LighthouseClient(credential(setup), setup.region(), profile(setup))
          .CreateKeyPair(request);
    }

    /** The client for any product and any version. */
    String call(Setup setup, String action, AbstractModel request)
        throws TencentCloudSDKException {
      return new CommonClient(
              "lighthouse", setup.version(), credential(setup), setup.region(), profile(setup))
          .commonRequest(request, action);
    }

    void successes() {
      Setup here = setup().withRegion(REGION);
      test(
          "a key pair is created", () -> check(create(here, named("my_key_1")), "my_key_1"));
      test(
          "tags come back as they were given",
          () -> {
            CreateKeyPairRequest request = named("tagged");
            request.setTags(
                new Tag[] {
                  tag("env", "test"), tag("团队", "平台 A/B & C=1 +*~'()!<>"), tag("empty", "")
                });
            CreateKeyPairResponse response = create(here, request);
            check(response, "tagged");
            assertEquals(pairs(request.getTags()), pairs(response.getKeyPair().getTags()));
          });
      test(
          "an endpoint may be localhost",
          () -> {
            String endpoint = server.endpoint.replace("127.0.0.1", "localhost");
            check(create(here.withEndpoint(endpoint), named("local")), "local");
          });
      if (mode.isTc3()) {
        test(
            "a payload may be unsigned",
            () -> check(create(here.unsigned(), named("unsigned")), "unsigned"));
      }
      test(
          "the client for any product creates a key pair",
          () ->
              assertTrue(
                  call(here, ACTION, named("common")).contains("BEGIN RSA PRIVATE KEY")));
    }

    void badParameters() {
      refused("an empty name", named(""), EMPTY, "1");
      refused("a name with a hyphen", named("a-b"), ILLEGAL, "`-`");
      refused("a name with a space", named("a b"), ILLEGAL, "` `");
      refused("a name in Chinese", named("钥匙"), ILLEGAL, "`钥`");
      refused("a name of 26 characters", named("k".repeat(26)), TOO_LONG, "26");

      CreateKeyPairRequest nameless = new CreateKeyPairRequest();
      nameless.setTags(new Tag[] {tag("a", "b")});
      refused("no name", nameless, "MissingParameter", "`KeyName`");

      CreateKeyPairRequest valueless = named("a");
      valueless.setTags(new Tag[] {tag("a", "b"), tag("c", null)});
      refused("a tag without its value", valueless, "MissingParameter", "`Tags.1.Value`");

      OtherRequest unknown = new OtherRequest();
      unknown.Unknown = 7L;
      refused("a parameter too many", unknown, "UnknownParameter", "`Unknown`");

      OtherRequest text = new OtherRequest();
      text.Tags = "b";
      refused("tags that are text", text, "InvalidParameter", "`Tags`");
    }

    void refused(String title, AbstractModel request, String code, String part) {
      test(
          title + " is refused, in English by default",
          () -> check(refusal(() -> call(setup(), ACTION, request)), code, part, false));
      Setup chinese =
          setup().withRegion(REGION_OF_ERRORS_IN_CHINESE).withLanguage(Language.ZH_CN);
      test(
          title + " is refused, in Chinese if asked",
          () -> check(refusal(() -> call(chinese, ACTION, request)), code, part, true));
    }

    void badCalls() {
      refused(
          "a wrong SecretKey",
          setup -> setup.withSecretKey("another-secret-key-entirely"),
          "AuthFailure.SignatureFailure",
          "");
      refused(
          "an unknown SecretId",
          setup -> setup.withSecretId("AKIDwhoIsThis"),
          "AuthFailure.SecretIdNotFound",
          "SecretId");
      refused(
          "a wrong token",
          setup -> setup.withToken("no-such-token"),
          "AuthFailure.TokenFailure",
          "Token");
      refused("no region", setup -> setup.withRegion(null), "MissingParameter", "`Region`");
      refused(
          "an unknown region",
          setup -> setup.withRegion("mars-1"),
          "InvalidParameterValue",
          "`mars-1`");
      refused(
          "a region without Lighthouse",
          setup -> setup.withRegion("ap-bangkok"),
          "UnsupportedRegion",
          "`ap-bangkok`");
      refused(
          "an unknown version",
          setup -> setup.withVersion("2019-01-01"),
          "NoSuchVersion",
          "`2019-01-01`");
      test(
          "an unknown action is refused",
          () ->
              check(
                  refusal(() -> call(setup(), "CreateKeyPairs", named("a"))),
                  "InvalidAction",
                  "`CreateKeyPairs`",
                  false));
      test(
          "a name that is taken is refused",
          () -> {
            Setup elsewhere = setup().withRegion("eu-frankfurt");
            check(create(elsewhere, named("taken")), "taken");
            check(
                refusal(() -> create(elsewhere, named("taken"))),
                "InvalidParameterValue.DuplicateParameterValue",
                "`taken`",
                false);
          });
      test(
          "a key pair beyond the quota of its region is refused",
          () -> {
            Setup elsewhere = setup().withRegion("ap-singapore");
            for (int number = 0; number < KEY_PAIR_QUOTA; number++) {
              create(elsewhere, named("key_" + number));
            }
            check(
                refusal(() -> create(elsewhere, named("one_more"))),
                "LimitExceeded.KeyPairLimitExceeded",
                "" + KEY_PAIR_QUOTA,
                false);
          });
    }

    void refused(String title, UnaryOperator<Setup> change, String code, String part) {
      test(
          title + " is refused",
          () ->
              check(
                  refusal(() -> call(change.apply(setup()), ACTION, named("a"))),
                  code,
                  part,
                  false));
    }
  }

  @TestFactory
  List<DynamicTest> lighthouse() throws IOException {
    ExpectedFailures expected = new ExpectedFailures("java/src/test/java/pharos/LighthouseTest.java");
    List<DynamicTest> tests = new ArrayList<>();
    for (Mode mode : Mode.all()) {
      Suite suite = new Suite(mode, expected);
      List<Consumer<Suite>> parts =
          List.of(Suite::successes, Suite::badParameters, Suite::badCalls);
      parts.forEach(part -> part.accept(suite));
      tests.addAll(suite.tests);
    }
    tests.add(expected.allSeen());
    return tests;
  }

  private static CreateKeyPairRequest named(String name) {
    CreateKeyPairRequest request = new CreateKeyPairRequest();
    request.setKeyName(name);
    return request;
  }

  private static Tag tag(String key, String value) {
    Tag tag = new Tag();
    tag.setKey(key);
    tag.setValue(value);
    return tag;
  }

  private static List<List<String>> pairs(Tag[] tags) {
    return List.of(tags).stream().map(tag -> List.of(tag.getKey(), tag.getValue())).toList();
  }

  private static void check(CreateKeyPairResponse response, String name) {
    KeyPair keyPair = response.getKeyPair();
    matches("lhkp-[0-9a-z]{8}", keyPair.getKeyId());
    assertEquals(name, keyPair.getKeyName());
    matches("ssh-rsa [A-Za-z0-9+/]+=* \\S+", keyPair.getPublicKey());
    assertTrue(keyPair.getPrivateKey().startsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
    assertArrayEquals(new String[0], keyPair.getAssociatedInstanceIds());
    matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", keyPair.getCreatedTime());
    matches(UUID, response.getRequestId());
  }

  private static void matches(String pattern, String text) {
    assertTrue(text.matches(pattern), () -> pattern + " does not match " + text);
  }

  /** The SDK's exception that the call ends with. */
  private static TencentCloudSDKException refusal(Call call) {
    return assertThrows(TencentCloudSDKException.class, call::make);
  }

  private static void check(
      TencentCloudSDKException refused, String code, String part, boolean isChinese) {
    assertEquals(code, refused.getErrorCode(), refused::toString);
    String message = refused.getMessage();
    assertTrue(message.contains(part), message);
    // What the client sent may be quoted.
    boolean hasChinese = CHINESE.matcher(message.replaceAll("`[^`]*`", "")).find();
    assertEquals(isChinese, hasChinese, message);
    assertTrue(message.endsWith(isChinese ? "。" : "."), message);
    matches(UUID, refused.getRequestId());
  }
}
