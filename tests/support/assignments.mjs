/// An assignment as the plant's file has it, with no limits but one attempt; `own`: the members that are its own.
export const assignment_of = (own) => ({
  version: 1,
  test_version: 1,
  max_attempts: 1,
  opens_at: null,
  due_at: null,
  expires_at: null,
  pass_mark_bp: null,
  time_limit_s: null,
  ...own,
});
