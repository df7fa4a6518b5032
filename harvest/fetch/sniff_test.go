package fetch_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"wiredesk/harvest/fetch"
)

// Each text as one short title, and among much markup.
func TestTheEncodingIsFoundOut(t *testing.T) {
	for _, c := range []struct {
		name string
		enc  encoding.Encoding
		text string
	}{
		{"windows-1252", charmap.Windows1252, "L’été dernier, le moniteur a été réparé à Orléans"},
		{"windows-1252", charmap.Windows1252, "Die Maße für größere Geräte gelten künftig überall"},
		{"windows-1252", charmap.Windows1252, "El año que viene habrá más estaciones pequeñas"},
		{"windows-1252", charmap.Windows1252, "På ön finns små grå båtar att köpa"},
		{"windows-1252", charmap.Windows1252, "A café"},
		{"windows-1250", charmap.Windows1250, "Nowy sterownik działa już na każdym urządzeniu, także starszym"},
		{"windows-1250", charmap.Windows1250, "Nová deska běží rychleji než předchozí, říká výrobce"},
		{"windows-1251", charmap.Windows1251, "Новая плата быстрее прежней и стоит дешевле"},
		{"windows-1251", charmap.Windows1251, "Ядро вышло"},
		{"koi8-r", charmap.KOI8R, "Новая плата быстрее прежней и стоит дешевле"},
		{"iso-8859-5", charmap.ISO8859_5, "Новая плата быстрее прежней и стоит дешевле"},
		{"windows-1253", charmap.Windows1253, "Η νέα πλακέτα είναι πιο γρήγορη από την παλιά"},
		{"windows-1254", charmap.Windows1254, "Yeni kart eskisinden daha hızlı çalışıyor, geliştiriciler şaşırdı, ölçüm doğru"},
		{"windows-1255", charmap.Windows1255, "הלוח החדש מהיר יותר מהלוח הישן"},
		{"windows-1256", charmap.Windows1256, "اللوحة الجديدة أسرع من اللوحة القديمة"},
		{"windows-1257", charmap.Windows1257, "Naujoji plokštė veikia greičiau už senąją, sako kūrėjai, žiūrėkite čia"},
		{"euc-jp", japanese.EUCJP, "新しい基板は前のものより速いです。"},
		{"shift_jis", japanese.ShiftJIS, "新しい基板は前のものより速いです。"},
		{"shift_jis", japanese.ShiftJIS, "サーバーのテスト"},
		{"gb18030", simplifiedchinese.GB18030, "新的开发板比以前的更快，我们已经测试了它的内存。"},
		{"big5", traditionalchinese.Big5, "新的開發板比以前的更快，我們已經測試了它的記憶體。"},
		{"euc-kr", korean.EUCKR, "새로운 보드는 이전 보드보다 빠르고 조용합니다"},
	} {
		for _, body := range []string{
			`<?xml version="1.0" encoding="UTF-8"?><rss><channel><title>` + c.text + `</title></channel></rss>`,
			"<rss>" + strings.Repeat("<item><link>https://x.example/a</link><description>&lt;p&gt;"+c.text+" arm64 "+c.text+"&lt;/p&gt;</description></item>\n", 300) + "</rss>",
		} {
			got, warning := fetch.UTF8(in(t, c.enc, body), "text/xml")
			if string(got) != body || warning != "not in UTF-8 as it claims; read as "+c.name {
				t.Errorf("%s: %.150q, %q", c.name, got, warning)
			}
		}
	}
}
