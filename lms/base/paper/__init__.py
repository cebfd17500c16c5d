"""PDFs: the only importer of typst, and the fonts that they are set in.

press      a template with data as inputs → PDF/UA-1; the same data give the same bytes
fonts/     Literata, and for what it lacks the font of the script; `FONTS.json` says where they come from
"""
