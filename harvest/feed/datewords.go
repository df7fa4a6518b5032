package feed

import (
	"strings"
	"time"

	"wiredesk/harvest/pattern"
)

// monthWords are the names of months in other languages, as dates have them (in the genitive,
// where a language has one), and their short forms; a word that means two months in two languages
// is left out.
var monthWords = func() map[string]string {
	all := map[string]string{}
	for month, words := range map[string]string{
		"Jan": "januari januar jänner janvier janv enero ene gennaio gen janeiro január januára stycznia sty января янв ιαν ιανουαρίου ocak ledna tammikuuta",
		"Feb": "februari februar février févr fév febrero febbraio fevereiro fev február lutego lut февраля фев φεβ φεβρουαρίου şubat února helmikuuta",
		"Mar": "märz mär maerz mars marts marzo março maart mrt marca március марта мар μάρ μαρ μαρτίου mart března maaliskuuta",
		"Apr": "avril avr abril abr aprile április kwietnia kwi апреля απρ απριλίου апр nisan dubna huhtikuuta",
		"May": "mai mayo maggio mag maio mei maj maja május мая май μάϊ μαϊ μάι μαι μαΐου mayıs května toukokuuta",
		"Jun": "juni juin junio giugno giu junho június czerwca cze июня июн ιούν ιουν ιον ιουνίου haziran června kesäkuuta",
		"Jul": "juli juillet juil julio luglio lug julho július lipca lip июля июл ιούλ ιουλ ιολ ιουλίου temmuz července heinäkuuta",
		"Aug": "augusti augustus août aout agosto ago augusztus sierpnia sie августа авг αύγ αυγ αυγούστου ağustos srpna elokuuta",
		"Sep": "septembre settembre septiembre setiembre setembro set szeptember szept września wrz сентября сен сент σεπ σεπτεμβρίου eylül syyskuuta",
		"Oct": "oktober okt octobre ottobre ott octubre outubro out október października paź октября окт οκτ οκτωβρίου ekim lokakuuta",
		"Nov": "novembre noviembre novembro ноября ноя νοέ νοε νοεμβρίου kasım marraskuuta",
		"Dec": "dezember dez décembre déc dicembre dic diciembre dezembro desember grudnia gru декабря дек δεκ δεκεμβρίου aralık prosince joulukuuta",
	} {
		for _, w := range strings.Fields(words) {
			all[w] = month
		}
	}
	return all
}()

var (
	word      = pattern.New(`\pL+\.?`)
	halfDay   = pattern.New(`(오전|오후|午前|午後|上午|下午)\s*(\d{1,2}:\d{2}(?::\d{2})?)`)
	cjkDay    = strings.NewReplacer("년 ", "-", "년", "-", "年", "-", "월 ", "-", "월", "-", "月", "-", "일", " ", "日", " ")
	fillers   = map[string]bool{"de": true, "del": true, "of": true, "den": true, "le": true, "г": true, "kl": true}
	korea     = time.FixedZone("KST", 9*3600)
	afternoon = "오후午後下午"
)

// inEnglish puts English words into a date that has those of another language, and returns the
// zone of its country, where the language tells that, or else the given one.
func inEnglish(s string, zone *time.Location) (string, *time.Location) {
	if strings.ContainsAny(s, "년월일오") { // Korea has one zone
		zone = korea
	}
	s = halfDay().ReplaceAllStringFunc(cjkDay.Replace(s), func(m string) string {
		p := halfDay().FindStringSubmatch(m)
		if strings.Contains(afternoon, p[1]) {
			return p[2] + " PM"
		}
		return p[2] + " AM"
	})
	s = word().ReplaceAllStringFunc(s, func(w string) string {
		low := strings.ToLower(strings.TrimSuffix(w, "."))
		if m := monthWords[low]; m != "" {
			return m
		}
		if fillers[low] {
			return ""
		}
		return w
	})
	return strings.Join(strings.Fields(s), " "), zone
}
