package conformance

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	table = regexp.MustCompile(`^\["(.+)"\]\s*$`)
	entry = regexp.MustCompile(`^("(?:[^"\\]|\\.)*") = ("(?:[^"\\]|\\.)*")\s*$`)
)

// reporter is as much of testing.TB as a judged test needs.
type reporter interface {
	Fatalf(format string, arguments ...any)
}

// judge knows which tests of a file are expected to fail: conformance/expected-failures.toml, which
// every suite reads. It has only lines of the forms `["file"]` and `"name" = "reason"`.
type judge struct {
	t       *testing.T
	reasons map[string]string
	unseen  map[string]bool
}

func newJudge(t *testing.T, file string) *judge {
	t.Helper()
	list, err := os.ReadFile("../expected-failures.toml")
	if err != nil {
		t.Fatal(err)
	}
	made := &judge{t, map[string]string{}, map[string]bool{}}
	current := ""
	for _, line := range strings.Split(string(list), "\n") {
		if found := table.FindStringSubmatch(line); found != nil {
			current = found[1]
		} else if found := entry.FindStringSubmatch(line); found != nil && current == file {
			name, nameErr := strconv.Unquote(found[1])
			reason, reasonErr := strconv.Unquote(found[2])
			if nameErr != nil || reasonErr != nil {
				t.Fatalf("expected-failures.toml: cannot read %s", line)
			}
			made.reasons[name], made.unseen[name] = reason, true
		}
	}
	return made
}

// run runs one test. Its name in the list is `the mode: the title`.
func (j *judge) run(t *testing.T, title string, body func(t reporter)) {
	name := strings.TrimPrefix(t.Name(), j.t.Name()+"/") + ": " + title
	name = strings.ReplaceAll(name, "_", " ")
	delete(j.unseen, name)
	t.Run(title, func(t *testing.T) {
		reason, isExpected := j.reasons[name]
		if !isExpected {
			body(t)
			return
		}
		fault := failure(body)
		if fault == "" {
			t.Fatalf("it passes, though it is expected to fail (%s): take the entry out", reason)
		}
		t.Skipf("expected to fail (%s): %s", reason, fault)
	})
}

// finish holds that each entry named a test.
func (j *judge) finish() {
	for name := range j.unseen {
		j.t.Errorf("expected-failures.toml names %q, which is no test", name)
	}
}

// failed is what ends a test that may fail.
type failed string

type tolerant struct{}

func (tolerant) Fatalf(format string, arguments ...any) {
	panic(failed(fmt.Sprintf(format, arguments...)))
}

// failure is how a test failed, or nothing.
func failure(body func(t reporter)) (fault string) {
	defer func() {
		if caught := recover(); caught != nil {
			said, isFailure := caught.(failed)
			if !isFailure {
				panic(caught)
			}
			fault = string(said)
		}
	}()
	body(tolerant{})
	return ""
}
