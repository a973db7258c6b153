"""What Word, Outlook and Word for the web put on the clipboard, cut to what matters."""

from __future__ import annotations

_LIST = (
    "margin-left:36.0pt;mso-add-space:auto;text-indent:-18.0pt;"
    "mso-list:l{0} level{1} lfo{0}"
)


def _item(
    marker: str, words: str, *, levels: str = "0 1", place: str = "Middle"
) -> str:
    """Return a paragraph that Word shows as an item of a list."""
    number, level = levels.split()
    style = _LIST.format(number, level)
    return f"""<p class=MsoListParagraphCxSp{place} style='{style}'><![if
!supportLists]><span style='font-family:Symbol;mso-fareast-font-family:Symbol'><span
style='mso-list:Ignore'>{marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>{words}<o:p></o:p></p>
"""


def _document(body: str) -> str:
    return f"""<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"
xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/x/AppData/Local/Temp/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument>
</xml><![endif]-->
<style>
<!--
 /* Font Definitions */
 @font-face {{font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}}
 p.MsoNormal, li.MsoNormal {{mso-style-unhide:no; margin:0cm; font-size:11.0pt;}}
 @list l0:level1 {{mso-level-number-format:bullet; mso-level-text:\\F0B7;}}
-->
</style>
</head>
<body lang=EN-GB style='tab-interval:36.0pt;word-wrap:break-word'>
<!--StartFragment-->
{body}
<!--EndFragment-->
</body>
</html>"""


LISTS = _document(
    """<h2 style='mso-list:l3 level2 lfo9'><![if !supportLists]><span
style='mso-list:Ignore'>3.1<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span><![endif]>Comments on the draft<o:p></o:p></h2>
<p class=MsoNormal><span lang=EN-US style='font-size:12.0pt;color:#1F497D'>The
<b style='mso-bidi-font-weight:normal'>Supplier</b> in <st1:City w:st="on"><st1:place
w:st="on">London</st1:place></st1:City> said <i>this</i>:<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
"""
    + _item("·", "first <b>point</b>;", place="First")
    + _item("·", "second")
    + _item("o", "deeper", levels="0 2")
    + _item("·", "third.", place="Last")
    + "<p class=MsoNormal>As numbered:</p>"
    + _item("4.", "four", levels="1 1", place="First")
    + _item("5.", "five", levels="1 1")
    + _item("a)", "five a", levels="1 2")
    + _item("b)", "five b", levels="1 2")
    + _item("6.", "six", levels="1 1", place="Last")
    + """<p class=MsoNormal>See <a href="https://example.com/a?b=1&amp;c=2"><span
style='color:windowtext'>the text</span></a>, <a href="#_Toc1">section 2</a> and<span
style='mso-spacerun:yes'>  </span>more.<!--[if supportFields]><span
style='mso-element:field-begin'></span> REF _Ref1 \\h <![endif]--></p>"""
)

LISTS_STORED = (
    "<p><strong>3.1 Comments on the draft</strong></p>"
    "<p>The <strong>Supplier</strong> in London said <em>this</em>:</p>"
    "<ul><li><p>first <strong>point</strong>;</p></li>"
    "<li><p>second</p><ul><li><p>deeper</p></li></ul></li>"
    "<li><p>third.</p></li></ul>"
    "<p>As numbered:</p>"
    '<ol start="4"><li><p>four</p></li>'
    "<li><p>five</p><ol><li><p>five a</p></li><li><p>five b</p></li></ol></li>"
    "<li><p>six</p></li></ol>"
    '<p>See <a href="https://example.com/a?b=1&amp;c=2">the text</a>, section 2 and '
    "more.</p>"
)

TABLE = _document(
    """<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0
 style='border-collapse:collapse;border:none;mso-border-alt:solid windowtext .5pt'>
 <thead><tr style='mso-yfti-irow:0;mso-yfti-firstrow:yes'>
  <td width=301 valign=top style='width:225.4pt;background:#D9D9D9'>
  <p class=MsoNormal style='margin-bottom:0cm'><b>Comment<o:p></o:p></b></p></td>
  <td width=301 valign=top style='width:225.4pt'>
  <p class=MsoNormal><b>DCC Response<o:p></o:p></b></p></td>
 </tr></thead>
 <tr style='mso-yfti-irow:1'>
  <td width=301 valign=top rowspan=2>
  <p class=MsoNormal>Agreed.</p><p class=MsoNormal>In part.</p></td>
  <td width=301 valign=top>
  <table border=0><tr><td><p class=MsoNormal>inner one</p></td><td><p
  class=MsoNormal>inner two</p></td></tr></table>
  <p class=MsoNormal><o:p>&nbsp;</o:p></p></td>
 </tr>
 <tr style='mso-yfti-irow:2;mso-yfti-lastrow:yes'>
  <td width=301 valign=top>"""
    + _item("·", "listed", place="First")
    + """</td>
 </tr>
</table>
<p class=MsoNormal>DCC <span class=msoIns><ins cite="mailto:A%20B"
datetime="2027-01-05T10:00">will</ins></span><s><span style='color:red'><del
cite="mailto:A%20B" datetime="2027-01-05T10:00">may</del></span></s> retry it<span
class=MsoCommentReference><span style='font-size:8.0pt'><a class=msocomanchor
id="_anchor_1" href="#_msocom_1" name="_msoanchor_1">[AB1]</a></span></span>.</p>
<div style='mso-element:comment-list'><hr class=msocomoff align=left size=1 width="33%">
<div style='mso-element:comment'><p class=MsoCommentText>Is that so?</p></div></div>"""
)

TABLE_STORED = (
    "<table><tr><th><p>Comment</p></th><th><p>DCC Response</p></th></tr>"
    "<tr><td><p>Agreed.</p><p>In part.</p></td>"
    "<td><p>inner one</p><p>inner two</p></td></tr>"
    "<tr><td></td><td><ul><li><p>listed</p></li></ul></td></tr></table>"
    "<p>DCC will retry it.</p>"
)


def _wrapped(tag: str, level: int, words: str, start: int = 1) -> str:
    """Return an item as Word for the web copies it: in a list of its own."""
    return f"""<div class="ListContainerWrapper SCXW1" style="position:relative"><{tag}
class="BulletListStyle1 SCXW1" role="list" start="{start}"><li data-leveltext="-"
data-font="Symbol" data-listid="1" data-aria-posinset="1" data-aria-level="{level}"
class="OutlineElement Ltr SCXW1" style="margin:0px 0px 0px 24px"><p class="Paragraph
SCXW1" style="font-weight:normal;font-style:normal"><span data-contrast="auto"
class="TextRun SCXW1" lang="EN-GB" style="font-size:11pt"><span class="NormalTextRun
SCXW1">{words}</span></span><span class="EOP SCXW1"
data-ccp-props="{{}}">&nbsp;</span></p></li></{tag}></div>"""


WEB = f"""<meta charset='utf-8'><div class="OutlineElement Ltr SCXW1"><p
class="Paragraph SCXW1" style="font-weight:normal"><span class="TextRun MacChromeBold
SCXW1" style="font-weight:bold"><span class="NormalTextRun">Next</span></span><span
class="TextRun" style="font-weight:normal"><span class="NormalTextRun">
steps</span></span><span class="EOP" data-ccp-props="{{}}">&nbsp;</span></p></div>
{_wrapped("ul", 1, "one")}{_wrapped("ul", 2, "one deeper")}{_wrapped("ul", 1, "two")}
{_wrapped("ol", 1, "second", start=2)}"""

WEB_STORED = (
    "<p><strong>Next</strong> steps</p>"
    "<ul><li><p>one</p><ul><li><p>one deeper</p></li></ul></li><li><p>two</p></li></ul>"
    '<ol start="2"><li><p>second</p></li></ol>'
)

PLAIN = (
    "Dear all,\r\n\r\nDCC will:\r\n- retry; and\r\n- report.\r\n\r\n3. three\r\n4. four"
)

PLAIN_STORED = (
    "<p>Dear all,</p><p>DCC will:</p>"
    "<ul><li><p>retry; and</p></li><li><p>report.</p></li></ul>"
    '<ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>'
)
