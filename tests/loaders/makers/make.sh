#!/bin/sh
# Makes the files of this folder anew: one guide and one workbook, each written by programs that people use.
# LibreOffice 7.4, Pandoc 2.17, AbiWord 3.0, Gnumeric 1.12, Chromium, wkhtmltopdf 0.12, Typst 0.15, XlsxWriter 3, PptxGenJS 4.
set -e
cd "$(dirname "$0")"
office() { # office SOURCE SUFFIX TARGET [MORE]
    soffice --headless $4 --convert-to "$2" --outdir made "$1" >/dev/null
    mv made/* "$3"
}
for suffix in docx odt rtf pdf; do
    office guide.html "$suffix" "libreoffice.$suffix" --infilter="HTML (StarWriter)"
done
for suffix in docx odt epub html pptx; do pandoc -s guide.md -o "pandoc.$suffix"; done
for suffix in docx odt; do abiword --to="$suffix" -o "abiword.$suffix" guide.html; done
chromium --headless --no-sandbox --no-pdf-header-footer --print-to-pdf=chromium.pdf guide.html
wkhtmltopdf -q guide.html wkhtmltopdf.pdf
python -c "import typst; typst.compile('guide.typ', output='typst.pdf')"
python fares.py
node slides.js
office pandoc.pptx pptx libreoffice.pptx
for suffix in xlsx xls ods; do office xlsxwriter.xlsx "$suffix" "libreoffice.$suffix"; done
ssconvert xlsxwriter.xlsx gnumeric.xlsx
ssconvert -T Gnumeric_Excel:excel_biff8 xlsxwriter.xlsx gnumeric.xls
ssconvert -T Gnumeric_OpenCalc:odf xlsxwriter.xlsx gnumeric.ods
rmdir made
