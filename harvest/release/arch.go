package release

import (
	"slices"
	"strings"

	"wiredesk/harvest/pattern"
)

// machines are the names of processors in file names, and what Docker and Go call them.
var machines = map[string]string{
	"arm64": "arm64", "aarch64": "arm64", "armv8": "arm64", "arm64v8": "arm64",
	"amd64": "amd64", "x86_64": "amd64", "x86-64": "amd64", "x64": "amd64",
	"armv7": "arm/v7", "armv7l": "arm/v7", "armv7hl": "arm/v7", "armhf": "arm/v7", "armhfp": "arm/v7", "arm32v7": "arm/v7",
	"armv6": "arm/v6", "armv6l": "arm/v6", "armel": "arm/v5", "i386": "386", "i486": "386", "i586": "386", "i686": "386", "x86": "386", "386": "386",
	"ppc64le": "ppc64le", "ppc64el": "ppc64le", "s390x": "s390x", "riscv64": "riscv64", "riscv64gc": "riscv64",
	"loong64": "loong64", "loongarch64": "loong64", "mips64el": "mips64le", "ppc64": "ppc64",
}

var machine = pattern.New(`(?i)(?:^|[-_.+ ])(x86[-_]64|universal2|[a-z0-9]+)`)

// architectures are the processors that file names plainly say they are for, sorted; nil: none
// says so. A wheel for universal2 runs on both of Apple's.
func architectures(names ...string) []string {
	var out []string
	add := func(a string) {
		if a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, name := range names {
		for _, m := range machine().FindAllStringSubmatch(name[:min(len(name), 300)], 40) {
			word := strings.ToLower(m[1])
			if word == "universal2" {
				add("amd64")
				add("arm64")
			}
			add(machines[word])
		}
	}
	slices.Sort(out)
	return out
}
