package fetch

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// script is an encoding that a text may be in without saying so, with the characters beyond ASCII
// that running text in it is full of. It fits when these are a large share of what it reads.
type script struct {
	name    string
	enc     encoding.Encoding
	typical string
	share   float64 // of the typical among all characters beyond ASCII, at least
	runs    int     // 1: they stand among letters of ASCII; 2: by themselves, a byte each; 0: two bytes each
}

const (
	latin   = "éèêëàâáäãåæçíìîïñóòôöõøúùûüßœÉÀÄÖÜÅØÆÇÑÍÓÚ’‘“”–—…«»°·§©®€£¡¿\u00a0"
	kana    = "のにはをたがでてとしれさいるなもこありよらかくすまうンスルトーラリイアックドシ、。・「」"
	russian = "оеаинтсрвлкмдпуяызьбгчйхжшюц"
)

// scripts in the order in which they are preferred where several fit alike.
var scripts = []script{
	{"euc-jp", japanese.EUCJP, kana, 0.25, 0},
	{"shift_jis", japanese.ShiftJIS, kana, 0.25, 0},
	{"gb18030", simplifiedchinese.GB18030, "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市，。、“”：；！？（）《》", 0.25, 0},
	{"big5", traditionalchinese.Big5, "的一是不了在人有我他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市，。、「」：；！？（）", 0.25, 0},
	{"euc-kr", korean.EUCKR, "이다는을의에가고하은로를한지서사기어도니나자대리아그것인수있시들라정일해부보주과장만와전상구제게면여없", 0.25, 0},
	{"windows-1252", charmap.Windows1252, latin, 0.5, 1},
	{"windows-1250", charmap.Windows1250, "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉÍŇŘŠŤÚŽôľĺŕäöüőűßâăîşţđ’‚„“”–—…«»°§©\u00a0", 0.6, 1},
	{"windows-1254", charmap.Windows1254, "ığşçöüİĞŞÇÖÜâîû’‘“”–—…«»°§©\u00a0", 0.7, 1},
	{"windows-1257", charmap.Windows1257, "āčēģīķļņšūžąęėįųõäöüĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲ’“”„–—…«»°\u00a0", 0.7, 1},
	{"windows-1251", charmap.Windows1251, russian, 0.6, 2},
	{"koi8-r", charmap.KOI8R, russian, 0.6, 2},
	{"iso-8859-5", charmap.ISO8859_5, russian, 0.6, 2},
	{"windows-1253", charmap.Windows1253, "αοιετνησρκπμλυςγδωόίάέχθήύφώβ", 0.6, 2},
	{"windows-1255", charmap.Windows1255, "יולהאמרתבשנעםחדקפטכגצןסזךףץ", 0.6, 2},
	{"windows-1256", charmap.Windows1256, "ايلنمروتةبدسعفهكحقأجشطصخضذىئزإغثظءآؤ،", 0.6, 2},
}

// sampleSize is how many bytes beyond ASCII, with what stands between them, tell the encoding.
const sampleSize = 8 << 10

// sniff finds out the encoding of a text that is not UTF-8: the one in which it looks most like
// text. windows-1252 where none does.
func sniff(body []byte) (string, encoding.Encoding) {
	part := sample(body)
	best, name, enc := 0.0, "windows-1252", encoding.Encoding(charmap.Windows1252)
	for _, s := range scripts {
		if got := s.fit(part); got > best && got >= s.share {
			best, name, enc = got, s.name, s.enc
		}
	}
	return name, enc
}

// fit is the share of typical characters; 0 where the text cannot be in the encoding.
func (s *script) fit(part []byte) float64 {
	text, ok := decode(part, s.enc)
	if !ok {
		return 0
	}
	all, typical := 0, 0
	for _, r := range string(text) {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		if strings.ContainsRune(s.typical, r) {
			typical++
		}
	}
	if all == 0 {
		return 0
	}
	got := float64(typical) / float64(all)
	switch alone, long := runs(part); s.runs {
	case 0:
		if all*13 < (alone+long)*10 && got >= s.share { // without a fault: not by chance
			got++
		}
	case 1:
		got *= float64(alone) / float64(alone+long)
	case 2:
		got *= float64(long) / float64(alone+long)
	}
	return got
}

// runs counts the bytes beyond ASCII that stand alone or in pairs, and those in longer runs.
func runs(b []byte) (alone, long int) {
	n := 0
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] >= utf8.RuneSelf {
			n++
			continue
		}
		if n > 2 {
			long += n
		} else {
			alone += n
		}
		n = 0
	}
	return alone, long
}

// sample is the part of a text that begins where it leaves ASCII.
func sample(body []byte) []byte {
	for i, c := range body {
		if c >= utf8.RuneSelf {
			body = body[i:]
			break
		}
	}
	n := 0
	for i, c := range body {
		if c >= utf8.RuneSelf {
			n++
		} else if n >= sampleSize {
			return body[:i]
		}
	}
	return body
}
