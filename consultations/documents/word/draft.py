"""The watermark of a draft in a Word file, as made by Word's command Design, Watermark.

A watermark is WordArt in every header, in a content control of the gallery Watermarks,
by which Word finds it to show it in the menu and to remove it.
"""

from __future__ import annotations

from docx.document import Document as WordFile
from docx.oxml import parse_xml

from consultations.documents.colours import word_colour
from consultations.documents.word.elements import Element, element, paragraph, run

WATERMARK_TEXT = "DRAFT"
WATERMARK_COLOUR = word_colour("draft")

# The shape type is Word's number 136, "plain text along a path"; sizes are points and
# the rotation is that of Word's diagonal watermarks.
WATERMARK = """
<w:sdt xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xmlns:v="urn:schemas-microsoft-com:vml"
    xmlns:o="urn:schemas-microsoft-com:office:office"
    xmlns:w10="urn:schemas-microsoft-com:office:word">
  <w:sdtPr>
    <w:id w:val="{number}"/>
    <w:docPartObj>
      <w:docPartGallery w:val="Watermarks"/><w:docPartUnique/>
    </w:docPartObj>
  </w:sdtPr>
  <w:sdtContent>
    <w:r>
      <w:rPr><w:noProof/></w:rPr>
      <w:pict>
        <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
            path="m@7,l@8,m@5,21600l@6,21600e">
          <v:formulas>
            <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>
            <v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
            <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>
            <v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
            <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>
            <v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
            <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
          </v:formulas>
          <v:path textpathok="t" o:connecttype="custom"
              o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
              o:connectangles="270,180,90,0"/>
          <v:textpath on="t" fitshape="t"/>
          <v:handles>
            <v:h position="#0,bottomRight" xrange="6629,14971"/>
          </v:handles>
          <o:lock v:ext="edit" text="t" shapetype="t"/>
        </v:shapetype>
        <v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{number}"
            type="#_x0000_t136" alt="{word}" o:allowincell="f"
            fillcolor="#{colour}" stroked="f"
            style="position:absolute;margin-left:0;margin-top:0;width:440pt;\
height:147pt;rotation:315;z-index:-251658752;\
mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
mso-position-vertical:center;mso-position-vertical-relative:margin">
          <v:fill opacity=".12"/>
          <v:textpath style="font-family:&quot;Source Sans 3&quot;;font-size:1pt"
              string="{word}"/>
          <w10:wrap anchorx="margin" anchory="margin"/>
        </v:shape>
      </w:pict>
    </w:r>
  </w:sdtContent>
</w:sdt>
"""
FIRST_SHAPE_ID = 2049
"""Word numbers the shapes of headers from here."""


def add_watermark(file: WordFile, sentence: str) -> None:
    """Add the watermark and the sentence to every header."""
    number = FIRST_SHAPE_ID
    for section in file.sections:
        for header in (section.header, section.first_page_header):
            first = header.paragraphs[0]._p
            first.append(_watermark(number))
            first.addprevious(_header_line(sentence))
            number += 1


def _watermark(number: int) -> Element:
    made: Element = parse_xml(
        WATERMARK.format(
            number=number, word=WATERMARK_TEXT, colour=WATERMARK_COLOUR
        ).strip()
    )
    return made


def _header_line(sentence: str) -> Element:
    """Return the sentence as a paragraph of its own above the rule of the header."""
    bold, colour = element("b"), element("color", val=WATERMARK_COLOUR)
    size, complex_size = element("sz", val=17), element("szCs", val=17)
    nothing = element("pBdr", element("bottom", val="nil"))
    return paragraph(
        "Header",
        run(sentence, bold, colour, size, complex_size),
        properties=(nothing, element("jc", val="right")),
    )
