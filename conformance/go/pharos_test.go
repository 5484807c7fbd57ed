package conformance

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	startMax = 10 * time.Second
	stopMax  = 20 * time.Second
)

var ready = regexp.MustCompile(`^Pharos (\S+) is ready at http://(\S+)$`)

// server is a real Pharos server with a folder and a root account of its own.
type server struct {
	endpoint  string
	secretID  string
	secretKey string
}

// binary names the pharos to judge.
func binary() (string, error) {
	name := os.Getenv("PHAROS_BINARY")
	if name == "" {
		return "", fmt.Errorf("PHAROS_BINARY is not set: name the `pharos` to judge, such as target/release/pharos")
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	if _, err := exec.LookPath(file); err != nil {
		return "", fmt.Errorf("PHAROS_BINARY names %s, which is no program: run `cargo build --release` first", file)
	}
	return file, nil
}

// startServer starts a server; when the test ends it gets a SIGTERM, and has to exit with 0.
func startServer(t *testing.T, config string) *server {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "pharos.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	made := &server{secretID: "AKID" + random(t, 8), secretKey: random(t, 16)}
	command := exec.Command(program, "serve", "--listen", "127.0.0.1:0",
		"--store", "sqlite:"+filepath.Join(folder, "pharos.db"), "--config", file)
	command.Dir = folder
	command.Env = []string{
		"HOME=" + folder,
		"TMPDIR=" + folder,
		"PHAROS_ROOT_SECRET_ID=" + made.secretID,
		"PHAROS_ROOT_SECRET_KEY=" + made.secretKey,
	}
	logged := &strings.Builder{}
	command.Stderr = logged
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for first, scanner := true, bufio.NewScanner(stdout); scanner.Scan(); first = false {
			if first {
				lines <- scanner.Text()
			}
		}
		close(lines)
	}()
	t.Cleanup(func() {
		late := time.AfterFunc(stopMax, func() { _ = command.Process.Kill() })
		defer late.Stop()
		_ = command.Process.Signal(syscall.SIGTERM)
		<-read
		if err := command.Wait(); err != nil {
			t.Errorf("the server ended with %v: %s", err, logged)
		}
	})
	select {
	case line := <-lines:
		said := ready.FindStringSubmatch(line)
		if said == nil {
			t.Fatalf("the first line of the server is %q", line)
		}
		made.endpoint = said[2]
	case <-time.After(startMax):
		t.Fatal("the server was not ready in time")
	}
	return made
}

func random(t *testing.T, bytes int) string {
	t.Helper()
	drawn := make([]byte, bytes)
	if _, err := rand.Read(drawn); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(drawn)
}
