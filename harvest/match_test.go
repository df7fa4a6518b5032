package harvest_test

import (
	"fmt"
	"strings"
	"testing"

	"wiredesk/harvest"
)

// found are the terms that stand in a text, in its order.
func found(m *harvest.Matcher, text string) string {
	var out []string
	for _, hit := range m.In(text, "text") {
		out = append(out, hit.Term)
	}
	return strings.Join(out, ", ")
}

func TestTermsAreWholeWordsAndPhrases(t *testing.T) {
	m := harvest.NewMatcher(harvest.Topic{
		Terms: []harvest.Term{{Term: "arm64"}, {Term: "aarch64"}, {Term: "Arm"}, {Term: "Arm Ltd"}, {Term: "Windows on Arm"}, {Term: "Cortex-A72"},
			{Term: "big.LITTLE"}, {Term: "Ampère"}, {Term: "linux/arm64/v8"}, {Term: "  "}, {Term: "…"}},
		Not: []string{"arms race", "Arm wrestling", "arm's length", ""},
	})
	for text, want := range map[string]string{
		// whole words, at both ends and between any marks
		"":                                    "",
		"…—«»":                                "",
		"arm64":                               "arm64",
		"Docker on arm64, at last":            "arm64",
		"(arm64)/[aarch64]":                   "arm64, aarch64",
		"https://x.example/linux-arm64.zip":   "arm64",
		"arm64_linux":                         "arm64",
		"xarm64 arm64x arm640 arm64v8 farm64": "",
		"charm farm harm Army armed alarm":    "",
		"Armada, Armenia and Armbian":         "",
		"Ampère ships Ampères":                "Ampère",
		"日本語arm64":                            "",
		"日本語 arm64":                           "arm64",
		"\xff\xfearm64\xff":                   "arm64",

		// capitals in a term count; a term without any takes all
		"ARM64 and Aarch64":         "arm64, aarch64",
		"an arm, an ARM and an Arm": "Arm",
		"cortex-a72 CORTEX-A72":     "",
		"an arm and a cortex-a72":   "Arm, Cortex-A72", // but nobody wrote any

		// several words; a mark or two may part them, other words may not
		"Arm Ltd.":                     "Arm Ltd",
		"Arm  Ltd":                     "Arm Ltd",
		"Arm\u00a0Ltd":                 "Arm Ltd",
		"Arm of the Ltd":               "Arm",
		"Arm ... Ltd":                  "Arm",
		"Windows on Windows on Arm":    "Windows on Arm",
		"Windows on the Arm":           "Arm",
		"Cortex-A72":                   "Cortex-A72",
		"Cortex A72":                   "Cortex-A72",
		"big.LITTLE bigLITTLE":         "big.LITTLE",
		"linux/arm64/v8":               "linux/arm64/v8",
		"linux/arm64":                  "arm64",
		"Windows on Arm Ltd":           "Windows on Arm", // the longest, and nothing of it again
		"arm64 ARM64 Arm Arm Arm Ltd":  "arm64, Arm, Arm Ltd",
		"Arm Ltd, Arm Ltd and Arm Ltd": "Arm Ltd",

		// phrases in which a term is another word
		"Arm wrestling":            "",
		"Arm wrestling is not Arm": "Arm",
		"Arm wrestlers":            "Arm",
		"the Arms Race of Arm":     "Arm",
		"at Arm's length":          "",
		"at Arm’s length":          "",

		// too late to be what the text is about
		strings.Repeat("x ", 32<<10) + "arm64": "",
	} {
		if got := found(m, text); got != want {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

func TestBuiltInTermsAreOfComputers(t *testing.T) {
	m := harvest.NewMatcher(harvest.Topic{})
	for _, text := range []string{
		"The new arms race in space", "The Arms Race", "Small arms survey", "small Arms", "Army drops its web shop", "Swiss Army knife", "US Army",
		"A farm in Kansas", "No harm done", "Charm 2.0", "Rust: each match arm returns", "Match Arm patterns in Rust", "the last arm of the match",
		"A robot arm that folds laundry", "Robot Arm for under $100", "Robotic Arm", "prosthetic arm", "Arm wrestling", "Arm in arm", "A Shot in the Arm",
		"The Long Arm of the law", "an arm and a leg", "At Arm's length", "Deploy with ARM templates", "Armenia", "alarm", "Adjustable Rate Mortgage",
		"harm farm alarm army pharma charm harmony armed armory karma", "strong-arm tactics", "a bionic arm", "robot arms at work", "the lobbying arm of a firm", "broken arm",
		"Zephyr on ARM Cortex-M4", "Arm Cortex-M0+ trainer", "Arm Cortex-M", "Neon lights of Tokyo", "neon signs", "my arm hurts",
		"https://x.example/match-arm/swiss-army", "https://x.example/robot-arm-for-under-100", "https://x.example/arms-race", "https://x.example/arm-cortex-m3-board",
		"x example small arms survey", "x example rust match arms", "x example strong arm",
	} {
		if got := m.Judge(text, "", ""); harvest.Topical(got) {
			t.Errorf("%q: %v", text, got)
		}
		if link, ok := strings.CutPrefix(text, "https:"); ok && harvest.Topical(m.Judge("", "https:"+link, "")) {
			t.Errorf("%q as a link", text)
		}
	}
	for _, text := range []string{
		"Arm announces", "ARM servers", "ARM64 images", "aarch64", "AArch64 support", "Neoverse N2", "AWS Graviton3", "Ampere Altra", "Windows on Arm", "Raspberry Pi 5",
		"Fedora for ARMv8", "docker buildx --platform linux/arm64/v8", "Apple silicon", "ThunderX2", "Fugaku", "multi-arch images", "RK3588 board", "Cobalt 100",
		"x example arm server", "https://x.example/new-arm-server", "https://x.example/thunderx2", "armv8 and linaro",
	} {
		if !harvest.Topical(m.Judge(text, "", "")) {
			t.Errorf("%q: nothing", text)
		}
	}
}

func TestWhatIsNearTheTopicQueuesNothing(t *testing.T) {
	m := harvest.NewMatcher(harvest.Topic{})
	for _, title := range []string{"Docker Swarm", "Docker 28 is out", "Fedora", "What is new in GCC", "A swarm of bees"} {
		if got := m.Judge(title, "https://x.example/docker", "Linux and Debian"); harvest.Topical(got) {
			t.Errorf("%s: %v", title, got)
		}
	}
	if got := fmt.Sprint(m.Judge("Docker Swarm", "", "Debian")); got != "[{Docker Swarm title 0.45}]" {
		t.Error(got)
	}
	if m.Interest("Docker on Debian") != 0 || len(m.Page("Docker on Debian")) != 0 {
		t.Error("it counts on the page")
	}
}

func TestTermsCountOnceWhereTheyCountMost(t *testing.T) {
	m := harvest.NewMatcher(harvest.Topic{Terms: []harvest.Term{{"arm64", 4}, {"Neoverse", 2}, {"Altra", 0}}, Not: []string{}})
	for _, c := range []struct{ title, link, text, want string }{
		{"arm64", "https://x.example/arm64", "arm64 arm64", "[{arm64 title 4}]"},
		{"News", "https://x.example/arm64-neoverse", "arm64 on Neoverse", "[{arm64 link 2.4} {Neoverse link 1.2}]"},
		{"News", "https://x.example/arm64", "arm64 on Neoverse", "[{arm64 link 2.4} {Neoverse text 1}]"},
		{"News", "", "Altra", "[{Altra text 0.5}]"},
		{"Neoverse, arm64", "", "", "[{Neoverse title 2} {arm64 title 4}]"},
		{"News", "https://x.example/", "of x86", "[]"},
	} {
		if got := fmt.Sprint(m.Judge(c.title, c.link, c.text)); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := fmt.Sprint(m.Page("an Altra and an Altra")); got != "[{Altra page 0.3}]" {
		t.Errorf("page: %s", got)
	}
	if got := m.Interest("arm64 on arm64 and Neoverse"); got != 6 {
		t.Errorf("interest %g", got)
	}
}
