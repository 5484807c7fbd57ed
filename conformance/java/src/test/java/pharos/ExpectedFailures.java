package pharos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * The tests of a file that are expected to fail: conformance/expected-failures.toml, which every
 * suite reads. It has only lines of the forms {@code ["file"]} and {@code "name" = "reason"}.
 */
final class ExpectedFailures {
  private static final Path LIST = Path.of("../expected-failures.toml");
  private static final Pattern TABLE = Pattern.compile("\\[\"(.+)\"\\]\\s*");
  private static final Pattern ENTRY =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\" = \"((?:[^\"\\\\]|\\\\.)*)\"\\s*");

  private final Map<String, String> reasons = new HashMap<>();
  private final Set<String> unseen = new HashSet<>();

  ExpectedFailures(String file) throws IOException {
    String current = null;
    for (String line : Files.readAllLines(LIST)) {
      var table = TABLE.matcher(line);
      var entry = ENTRY.matcher(line);
      if (table.matches()) {
        current = table.group(1);
      } else if (entry.matches() && file.equals(current)) {
        reasons.put(entry.group(1).translateEscapes(), entry.group(2).translateEscapes());
      }
    }
    unseen.addAll(reasons.keySet());
  }

  /** One test; what is listed has to fail. */
  DynamicTest test(String name, Executable body) {
    unseen.remove(name);
    String reason = reasons.get(name);
    if (reason == null) {
      return DynamicTest.dynamicTest(name, body);
    }
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try {
            body.execute();
          } catch (Exception | AssertionError fault) {
            throw new TestAbortedException("expected to fail (" + reason + "): " + fault);
          }
          fail("it passes, though it is expected to fail (" + reason + "): take the entry out");
        });
  }

  /** What is listed has to exist. */
  DynamicTest allSeen() {
    return DynamicTest.dynamicTest(
        "every expected failure names a test", () -> assertEquals(Set.of(), unseen));
  }
}
