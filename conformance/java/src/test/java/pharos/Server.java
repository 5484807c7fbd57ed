package pharos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A real Pharos server with a folder and a root account of its own. */
final class Server {
  private static final long START_SECONDS_MAX = 10;
  private static final long STOP_SECONDS_MAX = 20;
  private static final long POLL_MILLISECONDS = 5;
  private static final Pattern READY =
      Pattern.compile("^Pharos (\\S+) is ready at http://(\\S+)$", Pattern.MULTILINE);

  final String secretId = "AKID" + random(8);
  final String secretKey = random(16);
  final String endpoint;
  private final Path folder;
  private final Process process;

  /** Starts it, with {@code config} as its configuration file. */
  Server(String config) throws IOException, InterruptedException {
    String program = binary();
    folder = Files.createTempDirectory("pharos-java-");
    Path file = Files.writeString(folder.resolve("pharos.toml"), config);
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                program,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--store",
                "sqlite:" + folder.resolve("pharos.db"),
                "--config",
                file.toString()));
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", folder.toString(),
                "TMPDIR", folder.toString(),
                "PHAROS_ROOT_SECRET_ID", secretId,
                "PHAROS_ROOT_SECRET_KEY", secretKey));
    process =
        builder
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    endpoint = ready();
  }

  private String ready() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (System.nanoTime() < deadline && process.isAlive()) {
      var said = READY.matcher(Files.readString(folder.resolve("stdout")));
      if (said.find()) {
        return said.group(2);
      }
      Thread.sleep(POLL_MILLISECONDS);
    }
    process.destroyForcibly();
    throw new IllegalStateException("the server did not start: " + log());
  }

  /** SIGTERM, which drains and exits with 0. */
  void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    int code = process.exitValue();
    if (code != 0) {
      throw new IllegalStateException("exit code " + code + ": " + log());
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("stderr"));
  }

  /** The {@code pharos} to judge. */
  private static String binary() {
    String name = System.getenv("PHAROS_BINARY");
    if (name == null || name.isEmpty()) {
      throw new IllegalStateException(
          "PHAROS_BINARY is not set: name the `pharos` to judge, such as target/release/pharos.");
    }
    Path file = Path.of(name).toAbsolutePath();
    if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
      throw new IllegalStateException(
          "PHAROS_BINARY names "
              + file
              + ", which is no program: run `cargo build --release` first.");
    }
    return file.toString();
  }

  private static String random(int bytes) {
    byte[] drawn = new byte[bytes];
    new SecureRandom().nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }
}
