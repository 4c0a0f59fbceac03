"""What an operator reads: the receipt of a delivery (HTML, text) and the refused rows to correct (CSV, XLSX).

``convention`` says how a file of refused rows is read back; it is imported alone, so this package loads nothing.
"""
