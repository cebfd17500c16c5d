"""Certificates: issued when a course's rule is met, as a PDF for their holder and a page on which anyone can verify them.

    model        what a certificate states, and the seal over it
    service      issue, list, verify, hand out the PDF, forget a holder
    statements   that one was earned
    pdf          the PDF: certificate.typ with data as inputs, set by `lms.base.paper`
    job          the worker's part: make the PDFs that are missing

K1  one certificate per registration, issued in the transaction that met the rule, with its statement
K2  everything stated was fixed at issue and is sealed with the key `keys/certificates`: a row that was changed by
    other means is not valid. Who loses that key (it is in every backup) can verify nothing issued before
K3  the address of a certificate is as good as the certificate: it is random, in no statement and in no log
K4  without its holder's data a certificate is still genuine, and says only that

           issue                    make_pdfs
    rule met ──▶ issued, PDF due ──────────────▶ PDF made
                      ▲     │ failed
                      └─────┘ put off, longer each time; the others go on
"""
