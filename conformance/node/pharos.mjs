// A real Pharos server: started, asked to stop, and judged by its exit code.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const START_MILLISECONDS_MAX = 10_000;
const STOP_MILLISECONDS_MAX = 20_000;
const READY = /^Pharos (\S+) is ready at http:\/\/(\S+)$/m;

/** The `pharos` to judge. */
function binary() {
  const name = process.env.PHAROS_BINARY;
  if (!name) {
    throw new Error(
      "PHAROS_BINARY is not set: name the `pharos` to judge, such as target/release/pharos.",
    );
  }
  const file = path.resolve(name);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw new Error(
      `PHAROS_BINARY names ${file}, which is no program: run \`cargo build --release\` first.`,
    );
  }
  return file;
}

/** One server with a folder and a root account of its own. */
export class Server {
  secretId = `AKID${randomBytes(8).toString("hex")}`;
  secretKey = randomBytes(16).toString("hex");
  #said = "";
  #logged = "";

  /** Starts it, with `config` as its configuration file; it answers once this has ended. */
  static async start(config = "") {
    const server = new Server();
    const program = binary();
    server.folder = mkdtempSync(path.join(tmpdir(), "pharos-node-"));
    const file = path.join(server.folder, "pharos.toml");
    writeFileSync(file, config);
    const store = `sqlite:${path.join(server.folder, "pharos.db")}`;
    server.process = spawn(
      program,
      ["serve", "--listen", "127.0.0.1:0", "--store", store, "--config", file],
      {
        cwd: server.folder,
        env: {
          HOME: server.folder,
          TMPDIR: server.folder,
          PHAROS_ROOT_SECRET_ID: server.secretId,
          PHAROS_ROOT_SECRET_KEY: server.secretKey,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    await server.#ready();
    return server;
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.process.kill("SIGKILL");
        reject(new Error(`not ready in time: ${this.#said} ${this.#logged}`));
      }, START_MILLISECONDS_MAX);
      this.process.stderr.on("data", (text) => (this.#logged += text));
      this.process.stdout.on("data", (text) => {
        this.#said += text;
        const ready = READY.exec(this.#said);
        if (ready) {
          clearTimeout(late);
          this.endpoint = ready[2];
          resolve();
        }
      });
      this.process.once("exit", (code) => {
        clearTimeout(late);
        reject(new Error(`the server ended with ${code}: ${this.#logged}`));
      });
    });
  }

  /** SIGTERM, which drains and exits with 0. */
  async stop() {
    const late = setTimeout(() => this.process.kill("SIGKILL"), STOP_MILLISECONDS_MAX);
    let code = this.process.exitCode;
    if (code === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGTERM");
      [code] = await ended;
    }
    clearTimeout(late);
    rmSync(this.folder, { recursive: true });
    if (code !== 0) {
      throw new Error(`exit code ${code}: ${this.#logged}`);
    }
  }
}
