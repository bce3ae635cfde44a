int millrace_pch_anchor();
int millrace_pch_anchor() {
  return 0;
}
