package storetest

import "strings"

// Titles are titles that try to be more than titles: markup, markdown, templates, commands of a
// terminal, names of files, formulas.
var Titles = []string{
	"# Heading", "## [x](y)", "- item", "* item", "+ item", "1. one", "1) one", "> quoted", "    code", "```", "~~~", "***", "---", "===", "Title\n===",
	"[click](javascript:alert(1))", "![img](https://evil.example/x.png)", "[ref]", "[ref]: https://evil.example/", "[^1]: note", "[^1]", "<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>", "<!-- comment", "<https://evil.example/>", "https://evil.example/", "www.evil.example", "a@evil.example", "&amp; &lt; &#42; &copy;",
	"*bold* _it_ **b** __u__ ~~s~~", "`code` ``x", "a | b | c", "| - | - |", ": definition", "Term\n: definition", "- [ ] task", "{{ .Env }} {% include %} {# x #}",
	"$x^2$ ==mark==", "\\", "ends in backslash\\", "ends in # ##", "!", "![", "](", "a](b)", "\"quoted\" 'it'", ":tada: @user #1", "---\ntitle: x\n---", "\u202egnp.exe",
	"\x1b[31mred", "C# and F#", "a_b_c snake_case", "2 * 3 * 4", "A < B > C", "Arm & x86", "Docker 20.10: \"multi-arch\" (at last!)", "<b>", "</h3>", "%0a", "=1+1", "@SUM(1)",
	"'; DROP TABLE story; --", "../../etc/passwd", "CON", "ＦＵＬＬＷＩＤＴＨ [x](y)", strings.Repeat("long ", 200), "\u0430rm64 homoglyph", "1986\\. A great year", "Title  \nwith break",
}
