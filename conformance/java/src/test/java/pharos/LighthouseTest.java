package pharos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import com.tencentcloudapi.lighthouse.v20200324.models.DeleteKeyPairsRequest;
import com.tencentcloudapi.lighthouse.v20200324.models.DescribeKeyPairsRequest;
import com.tencentcloudapi.lighthouse.v20200324.models.DescribeKeyPairsResponse;
import com.tencentcloudapi.lighthouse.v20200324.models.Filter;
import com.tencentcloudapi.lighthouse.v20200324.models.KeyPair;
import com.tencentcloudapi.lighthouse.v20200324.models.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * The official Java SDK creates, lists and deletes key pairs, however it signs, and meets every
 * error as its own exception.
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
  private static final String REGION_OF_LISTS = "na-toronto";

  private static final String ILLEGAL =
      "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar";
  private static final String TOO_LONG = "InvalidParameterValue.InvalidKeyPairNameTooLong";
  private static final String EMPTY = "InvalidParameterValue.InvalidKeyPairNameEmpty";
  private static final String DUPLICATED = "InvalidParameterValue.Duplicated";
  private static final String MALFORMED = "InvalidParameterValue.KeyPairIdMalformed";
  private static final String TOO_MANY = "InvalidParameterValue.LimitExceeded";

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

    LighthouseClient client(Setup setup) {
      return new LighthouseClient(credential(setup), setup.region(), profile(setup));
    }

    CreateKeyPairResponse create(Setup setup, CreateKeyPairRequest request)
        throws TencentCloudSDKException {
      return client(setup).CreateKeyPair(request);
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

    void lists() {
      test(
          "key pairs are listed, filtered, paged and deleted",
          () -> {
            Setup there = setup().withRegion(REGION_OF_LISTS);
            String text = "平台 A/B & C=1 +*~'()!<>";
            String one = tagged(there, "one", tag("team", "blue"));
            String two = tagged(there, "two", tag("team", "red"));
            String three = tagged(there, "three", tag("团队", text));
            LighthouseClient client = client(there);

            listed(client, new DescribeKeyPairsRequest(), "one", "three", "two");
            listed(client, byIds(one, "lhkp-00000000", two), "one", "two");
            listed(client, byIds("lhkp-00000000"));
            listed(client, by(filter("key-id", two, three)), "three", "two");
            listed(client, by(filter("key-name", "ON", "thr")), "one", "three");
            listed(client, by(filter("tag-key", "团队")), "three");
            listed(client, by(filter("tag:团队", text)), "three");
            Filter teams = filter("tag-value", "red", "blue");
            listed(client, by(teams, filter("key-name", "o")), "one", "two");

            List<String> paged =
                Stream.concat(names(client, page(0L, 2L), 3), names(client, page(2L, 2L), 3))
                    .sorted()
                    .toList();
            assertEquals(List.of("one", "three", "two"), paged);
            assertEquals(1, names(client, page(2L, 2L), 3).count());

            matches(UUID, client.DeleteKeyPairs(deletion(one, three)).getRequestId());
            listed(client, new DescribeKeyPairsRequest(), "two");
          });
      String id = "lhkp-00000001";
      refusedDescription("an id twice", byIds(id, id), DUPLICATED, "`KeyIds.1`");
      refusedDescription("no id", byIds(id, "a"), MALFORMED, "`KeyIds.1`");
      refusedDescription("101 ids", byIds(ids(101)), TOO_MANY, "101");
      refusedDescription(
          "a negative Offset", page(-1L, 1L), "InvalidParameterValue.Negative", "`Offset`");
      refusedDescription(
          "a Limit of 0", page(0L, 0L), "InvalidParameterValue.OutOfRange", "`Limit`");
      refusedDescription(
          "an unknown filter",
          by(filter("colour", "red")),
          "InvalidParameter.InvalidFilter",
          "`colour`");
      DescribeKeyPairsRequest both = by(filter("key-name", "a"));
      both.setKeyIds(new String[] {id});
      refusedDescription(
          "ids with filters", both, "InvalidParameter.ParameterConflict", "`Filters`");

      refusedDeletion("an id twice", deletion(id, id), DUPLICATED, "`KeyIds.1`");
      refusedDeletion("no id", deletion("a"), MALFORMED, "`KeyIds.0`");
      refusedDeletion("11 ids", deletion(ids(11)), TOO_MANY, "11");
      refusedDeletion(
          "an unknown id", deletion(id), "ResourceNotFound.KeyIdNotFound", "`" + id + "`");
      refusedDeletion("nothing", new DeleteKeyPairsRequest(), "MissingParameter", "`KeyIds`");
    }

    /** Creates a key pair with a tag, and answers its id. */
    String tagged(Setup setup, String name, Tag tag) throws TencentCloudSDKException {
      CreateKeyPairRequest request = named(name);
      request.setTags(new Tag[] {tag});
      return create(setup, request).getKeyPair().getKeyId();
    }

    void refusedDescription(
        String title, DescribeKeyPairsRequest request, String code, String part) {
      test(
          "DescribeKeyPairs refuses " + title,
          () ->
              check(refusal(() -> client(setup()).DescribeKeyPairs(request)), code, part, false));
    }

    void refusedDeletion(String title, DeleteKeyPairsRequest request, String code, String part) {
      test(
          "DeleteKeyPairs refuses " + title,
          () -> check(refusal(() -> client(setup()).DeleteKeyPairs(request)), code, part, false));
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
          List.of(Suite::successes, Suite::lists, Suite::badParameters, Suite::badCalls);
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

  private static DescribeKeyPairsRequest byIds(String... keyIds) {
    DescribeKeyPairsRequest request = new DescribeKeyPairsRequest();
    request.setKeyIds(keyIds);
    return request;
  }

  private static DescribeKeyPairsRequest by(Filter... filters) {
    DescribeKeyPairsRequest request = new DescribeKeyPairsRequest();
    request.setFilters(filters);
    return request;
  }

  private static Filter filter(String name, String... values) {
    Filter filter = new Filter();
    filter.setName(name);
    filter.setValues(values);
    return filter;
  }

  private static DescribeKeyPairsRequest page(Long offset, Long limit) {
    DescribeKeyPairsRequest request = new DescribeKeyPairsRequest();
    request.setOffset(offset);
    request.setLimit(limit);
    return request;
  }

  private static DeleteKeyPairsRequest deletion(String... keyIds) {
    DeleteKeyPairsRequest request = new DeleteKeyPairsRequest();
    request.setKeyIds(keyIds);
    return request;
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj("lhkp-%08d"::formatted).toArray(String[]::new);
  }

  /** The names on a page; so many fit on all of them. */
  private static Stream<String> names(
      LighthouseClient client, DescribeKeyPairsRequest request, long total)
      throws TencentCloudSDKException {
    DescribeKeyPairsResponse response = client.DescribeKeyPairs(request);
    assertEquals(total, response.getTotalCount());
    KeyPair[] keyPairs = response.getKeyPairSet();
    Arrays.stream(keyPairs).forEach(keyPair -> assertNull(keyPair.getPrivateKey()));
    return Arrays.stream(keyPairs).map(KeyPair::getKeyName);
  }

  private static void listed(
      LighthouseClient client, DescribeKeyPairsRequest request, String... expected)
      throws TencentCloudSDKException {
    assertEquals(List.of(expected), names(client, request, expected.length).sorted().toList());
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
