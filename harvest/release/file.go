package release

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"wiredesk/harvest/pattern"
)

var (
	// archive is how the name of a file ends that one installs or builds from.
	archive = pattern.New(`(?i)\.(?:tar(?:\.(?:gz|bz2|xz|zst|lz|lzma|z))?|tgz|tbz2?|txz|zip|7z|deb|rpm|apk|dmg|pkg|exe|msi|appimage|whl|gem|crate|jar|run|iso|img(?:\.(?:xz|gz|bz2|zst))?)$`)
	// packed are the files of a distribution's package: their names end in its revision.
	packed = pattern.New(`(?i)\.(?:deb|rpm|apk|whl)$`)
	// aside are archives that are no release: patches, debug data, a package's own files.
	aside = pattern.New(`(?i)^patch-|[-_.](?:diff|patch|debian|dbg|dbgsym|debuginfo|debugsource)[-_.]`)
	// suffix is what a version may end in, as "1.2.3-rc1" and "1.2.3a"; ending is the rest of the name.
	suffix = `(?:[-_.~]?(?:alpha|beta|preview|pre|rc|cr|dev|post|patch|pl|snapshot|nightly|milestone|ea)[-_.]?\d*(?:\.\d+)*|[abcmp]\d+|[a-z])?`
	ending = `((?:[-_.+~ ].*)?)$`
	// inName are the shapes of a file name, the surest first: its stem, version, the rest.
	inName = []func() *regexp.Regexp{
		pattern.New(`(?i)^(?:(.*?)[-_ ])?(v?\.?(?:\d+(?:\.\d+)+|\d+(?:_\d+)+|(?:19|20)\d\d-\d\d-\d\d)` + suffix + `)` + ending),
		pattern.New(`(?i)^([a-z][a-z_-]*)(v?\d+(?:\.\d+)+` + suffix + `)` + ending), // go1.22.1.linux-arm64
		pattern.New(`(?i)^(?:(.*?)[-_])?([vr]?\d+` + suffix + `)` + ending),
	}
	revision = pattern.New(`^-\d{1,3}$`)                // ImageMagick-7.1.1-21
	bits     = pattern.New(`^(?:16|32|64|86|128|256)$`) // win-64.zip: no version
	// versioned is a folder of one version.
	versioned = pattern.New(`(?i)^(?:[a-z][a-z0-9+-]*[-_])?v?\d+(?:[._]\d+)*` + suffix + `$`)
)

// parseName parts the name of a file or folder, without its extension, into the project's name,
// the version as the project writes it, and what the file is for. An empty version: there is none.
func parseName(name string) (stem, version, rest string) {
	for _, re := range inName {
		if m := re().FindStringSubmatch(name); m != nil && !bits().MatchString(m[2]) {
			return m[1], m[2], m[3]
		}
	}
	return "", "", ""
}

// fileOf is the name of the file that a URL leads to, and of the folder that it lies in.
func fileOf(link string) (folder, name string) {
	u, err := url.Parse(link)
	if err != nil {
		return "", ""
	}
	p := strings.TrimSuffix(u.Path, "/download") // SourceForge
	return path.Base(path.Dir(p)), path.Base(p)
}

// archived is the project and version of an archive, by its URL. An empty version: it is none, or
// names none.
func archived(link string) (stem, version string) {
	folder, name := fileOf(link)
	ext := archive().FindString(name)
	if ext == "" || aside().MatchString(name) || len(name) > 250 {
		return "", ""
	}
	stem, version, rest := parseName(strings.TrimSuffix(name, ext))
	if revision().MatchString(rest) && !packed().MatchString(name) {
		version += rest
	}
	if folder == "+download" { // Launchpad: project/series/version/+download/file
		u, _ := url.Parse(link)
		if parts := strings.Split(strings.Trim(u.Path, "/"), "/"); version != "" && len(parts) == 5 {
			return parts[0], parts[2]
		}
	}
	return stem, version
}
